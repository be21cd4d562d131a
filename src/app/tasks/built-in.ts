import type { JsonObject } from "../../model/json.ts";
import type { ReadTaskConfig, TaskIdentity } from "../../model/task.ts";
import type { Verdict } from "../../model/verdict.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { TaskLogger } from "./task-logger.ts";

/** What a function of a task gets besides its configuration and its logger. */
export interface TaskContext {
  /** Aborted when the time is over, or the monitor ends. */
  readonly signal: AbortSignal;
}

/** What a check found, with what should have been seen and what was. */
export interface TaskFinding {
  readonly verdict: Verdict;
  /** In a few words; left out where there are none. */
  readonly expected?: string;
  readonly actual?: string;
  /** `warn` when a failure makes the task degraded, and no more. */
  readonly severity?: "fail" | "warn";
}

/** What a check says: true or `pass` when all is well. */
export type CheckAnswer = boolean | Verdict | TaskFinding;

/**
 * Checks something.
 *
 * @param config - The `checkConfig` of the task, as it was written.
 * @param logger - Writes with the name of the task.
 * @param context - What ends it early.
 * @returns Whether all is well; a function that throws says that it is not.
 */
export type TaskCheckFunction = (
  config: Readonly<Record<string, unknown>>,
  logger: TaskLogger,
  context: TaskContext,
) => CheckAnswer | Promise<CheckAnswer>;

/**
 * Does something about a task that became unhealthy.
 *
 * @param config - The `actionConfig` of the task, as it was written.
 * @param logger - Writes with the name of the task.
 * @param context - What ends it early.
 * @returns What was done, in a few words, or nothing.
 */
export type TaskActionFunction = (
  config: Readonly<Record<string, unknown>>,
  logger: TaskLogger,
  context: TaskContext,
) => unknown;

/** Where a built-in function is carried out. */
export interface BuiltInScope {
  readonly task: TaskIdentity;
  readonly world: DeployWorld;
  readonly signal: AbortSignal;
  /** What made an action necessary, in one line. */
  readonly reason: string;
}

/** A function that comes with Clockwork: its configuration is known, and read before anything runs. */
export interface BuiltIn<Answer> {
  readonly read: ReadTaskConfig;
  /** How long it may take, in seconds. */
  readonly timeoutSeconds: number;
  /** Carries it out with what `read` gave. */
  readonly run: (values: JsonObject, scope: BuiltInScope) => Promise<Answer>;
}

const checks = new WeakMap<TaskCheckFunction, BuiltIn<TaskFinding>>();
const actions = new WeakMap<TaskActionFunction, BuiltIn<string>>();

/**
 * Notes that a check function is a built-in one, by whatever name it is used.
 *
 * @param check - The function.
 * @param builtIn - What it is.
 * @returns The function.
 */
export function asBuiltInCheck(
  check: TaskCheckFunction,
  builtIn: BuiltIn<TaskFinding>,
): TaskCheckFunction {
  checks.set(check, builtIn);
  return check;
}

/**
 * Notes that an action function is a built-in one, by whatever name it is used.
 *
 * @param action - The function.
 * @param builtIn - What it is.
 * @returns The function.
 */
export function asBuiltInAction(
  action: TaskActionFunction,
  builtIn: BuiltIn<string>,
): TaskActionFunction {
  actions.set(action, builtIn);
  return action;
}

/**
 * Tells what a check function is.
 *
 * @param check - The function.
 * @returns Null for a custom one.
 */
export function builtInCheck(check: TaskCheckFunction): BuiltIn<TaskFinding> | null {
  return checks.get(check) ?? null;
}

/**
 * Tells what an action function is.
 *
 * @param action - The function.
 * @returns Null for a custom one.
 */
export function builtInAction(action: TaskActionFunction): BuiltIn<string> | null {
  return actions.get(action) ?? null;
}
