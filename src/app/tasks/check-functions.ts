import type { assertions } from "../../catalog/assertions.ts";
import { Cancellation } from "../../engine/cancellation.ts";
import { runCheck } from "../../engine/run-check.ts";
import { commonAssertionFields, type AssertionKind } from "../../model/assertion.ts";
import type { JsonObject } from "../../model/json.ts";
import { url } from "../../model/option-types.ts";
import type { Fields } from "../../model/options.ts";
import { targetOf, type Target } from "../../model/target.ts";
import type { TaskConfig, TaskIdentity } from "../../model/task.ts";
import { readEitherCase, styleOf, type KeyStyle } from "../../model/task-options.ts";
import type { World } from "../../ports/world.ts";
import {
  asBuiltInCheck,
  type BuiltIn,
  type BuiltInScope,
  type TaskCheckFunction,
  type TaskContext,
  type TaskFinding,
} from "./built-in.ts";
import {
  aliased,
  configProblem,
  guarded,
  referenceProblems,
  unaliased,
  type Aliases,
} from "./kind-options.ts";
import { assertionKinds } from "./loaded-kinds.ts";
import { leaseWorld } from "./shared-world.ts";
import type { TaskLogger } from "./task-logger.ts";

/** A name of a kind as tasks spell it: `http_status`. */
export type TaskName<Kind extends string> = Kind extends `${infer Head}-${infer Tail}`
  ? `${Head}_${TaskName<Tail>}`
  : Kind;

/** The names of the built-in checks. */
export type DefaultCheck = "http_get" | TaskName<keyof typeof assertions>;

/**
 * A built-in check: true when all is well, false when it is not, and `error` when we could not look. It may be called directly,
 * too; the keys of its configuration are taken in snake case as well.
 *
 * @throws {@link ConfigurationError} When its configuration is wrong.
 */
export type BuiltInCheckFunction = (
  config: Readonly<Record<string, unknown>>,
  logger?: Pick<TaskLogger, "warning">,
  context?: Partial<TaskContext>,
) => Promise<boolean | "error">;

/** How a task calls what a kind of assertion does. */
interface CheckKind {
  readonly kind: AssertionKind<World>;
  readonly fields: Fields;
  readonly aliases: Aliases;
}

/** Options of every assertion, but for the one that names its resource. */
const COMMON = Object.fromEntries(
  Object.entries(commonAssertionFields()).filter(([name]) => name !== "resource"),
);

/** What a check that is called directly is about. */
const NOBODY: TaskIdentity = { name: "task", processName: "" };

/** A URL answers with a status: `url`, `timeout` in seconds, `expectedStatusCode` (200). */
export const httpGetCheck: BuiltInCheckFunction = checkFunction("http_get", httpGet());

const ofKinds = new Map(
  [...assertionKinds.values()].map((kind) => [
    kind.kind.replaceAll("-", "_"),
    checkFunction(kind.kind.replaceAll("-", "_"), { kind, fields: kind.fields, aliases: {} }),
  ]),
);

/** A command, given as a list, ends with a code: `command`, `timeout` in seconds, `expectedReturnCode` (0). */
export const commandCheck: BuiltInCheckFunction = ofKinds.get("command") ?? unknown("command");

/**
 * The built-in checks by the names that tasks call them: `http_get`, `command`, and every assertion of `clockwork/assertions` with
 * its options, such as `port_accessible` or `disk_space`. Add your own beside them: `{ ...DEFAULT_CHECK_FUNCTIONS, my_check }`.
 */
export const DEFAULT_CHECK_FUNCTIONS: Readonly<Record<DefaultCheck, BuiltInCheckFunction>> = named(
  new Map([["http_get", httpGetCheck], ["command", commandCheck], ...ofKinds]),
);

function named(
  functions: ReadonlyMap<string, BuiltInCheckFunction>,
): typeof DEFAULT_CHECK_FUNCTIONS {
  const record: Readonly<Record<string, BuiltInCheckFunction>> = Object.fromEntries(functions);
  if (isComplete(record)) return record;
  throw new Error("a kind of assertion was not loaded");
}

function isComplete(
  record: Readonly<Record<string, BuiltInCheckFunction>>,
): record is typeof DEFAULT_CHECK_FUNCTIONS {
  return (
    Object.hasOwn(record, "http_get") && Object.keys(record).length === assertionKinds.size + 1
  );
}

function httpGet(): CheckKind {
  const kind = assertionKinds.get("http-status");
  if (kind === undefined) throw new Error("there is no kind http-status");
  const aliases = { expectedStatusCode: "expectedStatus" };
  const fields = { ...kind.fields, url: url("http", "https").required("Where to ask.") };
  return { kind, fields: aliased(fields, aliases), aliases };
}

function unknown(name: string): never {
  throw new Error(`there is no kind ${name}`);
}

function checkFunction(name: string, check: CheckKind): BuiltInCheckFunction {
  const builtIn: BuiltIn<TaskFinding> = {
    read: (config, task, style) => readCheck(check, config, { task, style }),
    timeoutSeconds: check.kind.timeoutSeconds,
    run: (values, scope) => run(check.kind, values, scope),
  };
  const direct: BuiltInCheckFunction = async (config, logger, { signal } = {}) => {
    const { values, problems } = builtIn.read(config, NOBODY, styleOf(config));
    if (values === null) throw configProblem(name, problems);
    await using lease = leaseWorld();
    const scope = { task: NOBODY, world: lease.world, reason: "", signal: signal ?? NEVER };
    const { verdict, expected = "", actual = "" } = await builtIn.run(values, scope);
    if (verdict === "pass") return true;
    logger?.warning(expected === "" ? actual : `expected ${expected}, got ${actual}`);
    return verdict === "error" ? verdict : false;
  };
  const asTask: TaskCheckFunction = direct;
  asBuiltInCheck(asTask, builtIn);
  return direct;
}

const NEVER = new AbortController().signal;

function readCheck(
  { kind, fields, aliases }: CheckKind,
  config: Readonly<Record<string, unknown>>,
  { task, style }: { readonly task: TaskIdentity; readonly style: KeyStyle },
): TaskConfig {
  const read = readEitherCase({ ...fields, ...COMMON }, config, { style });
  if (read.values === null) return read;
  const values = unaliased(read.values, aliases);
  const [own, common] = [pick(values, kind.fields), pick(values, COMMON)];
  const problems = referenceProblems(kind.fields, own);
  if (problems.length > 0) return { values: null, problems };
  return guarded(() => {
    const siblings = [{ kind: kind.kind, parameters: own }];
    return { ...kind.bind(own, { target: targetFor(task), siblings }), ...common };
  });
}

function pick(values: JsonObject, fields: Fields): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(fields, name)));
}

async function run(
  kind: AssertionKind<World>,
  { timeout = null, severity = "fail", description = null, ...parameters }: JsonObject,
  { task, world, signal }: BuiltInScope,
): Promise<TaskFinding> {
  using cancellation = new Cancellation(signal);
  const planned = {
    id: kind.kind,
    kind: kind.kind,
    name: kind.name,
    claim: kind.claim(parameters),
    subject: kind.subject(parameters),
    parameters,
    severity: severity === "warn" ? "warn" : "fail",
    timeoutSeconds: typeof timeout === "number" ? timeout : kind.timeoutSeconds,
    description: typeof description === "string" ? description : null,
    related: {},
  } as const;
  const outcome = await runCheck(planned, targetFor(task), {
    kinds: { assertion: () => Promise.resolve(kind) },
    world,
    cancellation,
  });
  const expected = outcome.expected ?? planned.claim;
  return { verdict: outcome.verdict, expected, actual: outcome.actual, severity: outcome.severity };
}

/**
 * What of the world a task is: a program under supervisord, as far as it is anything.
 *
 * @param task - The task.
 * @returns The target that its checks and actions go by unless they are told otherwise.
 */
export function targetFor({ name, processName }: TaskIdentity): Target {
  return targetOf(name, "task", processName === "" ? {} : { program: processName });
}
