import type { ActionKind } from "../../model/action.ts";
import type { JsonObject } from "../../model/json.ts";
import type { TaskConfig, TaskIdentity } from "../../model/task.ts";
import { readEitherCase, styleOf, type KeyStyle } from "../../model/task-options.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import {
  asBuiltInAction,
  type BuiltIn,
  type BuiltInScope,
  type TaskActionFunction,
  type TaskContext,
} from "./built-in.ts";
import { targetFor } from "./check-functions.ts";
import { configProblem, guarded } from "./kind-options.ts";
import { actionKinds } from "./loaded-kinds.ts";
import { leaseWorld } from "./shared-world.ts";
import type { TaskLogger } from "./task-logger.ts";

/** The names of the built-in actions: those kinds that need nothing but their configuration. */
export type DefaultAction =
  | "restart_supervisor_program"
  | "start_supervisor_program"
  | "stop_supervisor_program"
  | "run_command"
  | "call_webhook"
  | "send_signal"
  | "restart_container";

/**
 * A built-in action: it tells in a few words what was done, and rejects when it could not be done. It may be called directly, too;
 * the keys of its configuration are taken in snake case as well.
 *
 * @throws {@link ConfigurationError} When its configuration is wrong.
 */
export type BuiltInActionFunction = (
  config: Readonly<Record<string, unknown>>,
  logger?: Pick<TaskLogger, "info">,
  context?: Partial<TaskContext>,
) => Promise<string>;

/** The option that a task's `processName` fills in. */
const PROGRAM = "supervisorProgramName";

/** What an action that is called directly is about. */
const NOBODY: TaskIdentity = { name: "task", processName: "" };
const NEVER = new AbortController().signal;

/**
 * The built-in actions by the names that tasks call them: restarting, starting and stopping programs under supervisord, running a
 * command, calling a webhook, sending a signal, restarting a container.
 */
export const DEFAULT_ACTION_FUNCTIONS: Readonly<Record<DefaultAction, BuiltInActionFunction>> = {
  restart_supervisor_program: actionFunction("restart_supervisor_program"),
  start_supervisor_program: actionFunction("start_supervisor_program"),
  stop_supervisor_program: actionFunction("stop_supervisor_program"),
  run_command: actionFunction("run_command"),
  call_webhook: actionFunction("call_webhook"),
  send_signal: actionFunction("send_signal"),
  restart_container: actionFunction("restart_container"),
};

/**
 * Restarts a program under supervisord: `supervisorProgramName`, as a task the `processName` by default; `serverUrl`, `username` and
 * `password`, by default as supervisord's own configuration says.
 */
export const restartSupervisorProgramAction: BuiltInActionFunction =
  DEFAULT_ACTION_FUNCTIONS.restart_supervisor_program;

function actionFunction(name: DefaultAction): BuiltInActionFunction {
  const kind = actionKinds.get(name.replaceAll("_", "-"));
  if (kind === undefined) throw new Error(`there is no kind of action for ${name}`);
  const builtIn: BuiltIn<string> = {
    read: (config, task, style) => readAction(kind, config, { task, style }),
    timeoutSeconds: kind.timeoutSeconds,
    run: (values, scope) => run(kind, values, scope),
  };
  const direct: BuiltInActionFunction = async (config, logger, { signal } = {}) => {
    const { values, problems } = builtIn.read(config, NOBODY, styleOf(config));
    if (values === null) throw configProblem(name, problems);
    await using lease = leaseWorld();
    const scope = { task: NOBODY, world: lease.world, reason: "", signal: signal ?? NEVER };
    const detail = await builtIn.run(values, scope);
    logger?.info(detail);
    return detail;
  };
  const asTask: TaskActionFunction = direct;
  asBuiltInAction(asTask, builtIn);
  return direct;
}

function readAction(
  kind: ActionKind<DeployWorld>,
  config: Readonly<Record<string, unknown>>,
  { task, style }: { readonly task: TaskIdentity; readonly style: KeyStyle },
): TaskConfig {
  const read = readEitherCase(kind.fields, config, { style });
  const program = kind.fields[PROGRAM];
  if (read.values === null || program === undefined || task.processName === "") return read;
  const { values } = read;
  if ((values[PROGRAM] ?? null) !== null) return read;
  return guarded(() => ({ ...values, [PROGRAM]: program.read(task.processName) }));
}

async function run(
  kind: ActionKind<DeployWorld>,
  values: JsonObject,
  { task, world, signal, reason }: BuiltInScope,
): Promise<string> {
  const scope = { resource: task.name, target: targetFor(task), reason, signal, remaking: null };
  return await kind.run(values, world, scope);
}
