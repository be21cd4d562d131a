import { isPlainObject, isRecord, type JsonObject } from "./json.ts";
import { mustBe, OptionType } from "./option-type.ts";
import { boolean, integer, text } from "./option-types.ts";
import { shownValue, type Fields, type OptionProblem, type ValuesOf } from "./options.ts";
import type { ReadTaskConfig, Task, TaskIdentity, TaskProblem, TaskTypes } from "./task.ts";
import { inStyle, nameIn, readEitherCase, styleOf, type KeyStyle } from "./task-options.ts";
import { closest, quoted } from "./wording.ts";

const LIMIT_NAME = 200;

const FIELDS = {
  name: text({
    most: LIMIT_NAME,
    like: /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u,
    label: "text on one line",
  }).required("Unique among the tasks."),
  enabled: boolean().or(true, "False for one that is only validated, never run."),
  processName: text({ most: LIMIT_NAME }).required("What it is about."),
  checkIntervalSeconds: aboveZero().or(60, "From one check to the next, in seconds."),
  checkType: text({ most: LIMIT_NAME }).required("The name of a check function."),
  actionOnFailure: text({ most: LIMIT_NAME }).required("The name of an action function."),
  consecutiveFailuresThreshold: integer(1, 1_000_000).or(3, "Failures that make it unhealthy."),
  recoverAfterSuccessesThreshold: integer(1, 1_000_000).or(1, "Successes that make it healthy."),
  checkTimeoutSeconds: aboveZero().or(30, "How long a check may take, in seconds."),
  repeatActionEverySeconds: aboveZero().optional("When the action runs again, in seconds."),
} satisfies Fields;

/** Read by the functions that the task names, not by their type. */
const CONFIGS = { checkConfig: null, actionConfig: null };
const ALL_KEYS = { ...FIELDS, ...CONFIGS };

/**
 * Reads tasks, and finds everything that is wrong with them.
 *
 * @param entries - What a person wrote.
 * @param types - The functions that they may name.
 * @returns The tasks that are fine, in order, and the problems.
 */
export function readTasks(
  entries: readonly unknown[],
  types: TaskTypes,
): { readonly tasks: readonly Task[]; readonly problems: readonly TaskProblem[] } {
  const tasks: Task[] = [];
  const problems: TaskProblem[] = [];
  const seen = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const read = readTask(entry, types);
    const label = labelOf(entry, index);
    problems.push(...read.problems.map((problem) => placed(problem, { index, label, entry })));
    const name = textIn(entry, "name");
    const first = name === null ? undefined : seen.get(name);
    if (name !== null) seen.set(name, first ?? index);
    if (first === undefined) {
      if (read.task !== null) tasks.push(read.task);
      continue;
    }
    const message = `must be unique: entry ${String(first + 1)} of the list has it, too`;
    const problem = { code: "name-duplicate", property: "name", message, hint: null } as const;
    problems.push(placed(problem, { index, label, entry }));
  }
  return { tasks, problems };
}

type ReadTask =
  | { readonly task: Task; readonly problems: readonly [] }
  | { readonly task: null; readonly problems: readonly OptionProblem[] };

function readTask(entry: unknown, types: TaskTypes): ReadTask {
  if (!isPlainObject(entry)) {
    const message = `a task must be an object: got ${shownValue(entry)}`;
    return {
      task: null,
      problems: [{ code: "not-an-object", property: "", message, hint: null }],
    };
  }
  const style = styleOf(entry);
  const plain = Object.fromEntries(
    Object.entries(entry).filter(([key]) => !Object.hasOwn(CONFIGS, nameIn(ALL_KEYS, key))),
  );
  const fields = readEitherCase(FIELDS, plain, { style, others: Object.keys(CONFIGS) });
  const names: TaskIdentity = {
    name: textIn(entry, "name") ?? "task",
    processName: textIn(entry, "processName") ?? "process",
  };
  const check = readFunction(entry, types.checks, { ...CHECK, names, style });
  const action = readFunction(entry, types.actions, { ...ACTION, names, style });
  const problems = [...fields.problems, ...check.problems, ...action.problems];
  const { values } = fields;
  if (problems.length > 0 || values === null || check.config === null || action.config === null) {
    return { task: null, problems };
  }
  const configs = {
    checkConfig: check.config,
    checkValues: check.values,
    actionConfig: action.config,
    actionValues: action.values,
  };
  return { task: taskOf(values, configs), problems: [] };
}

function taskOf(
  values: ValuesOf<typeof FIELDS>,
  configs: Pick<Task, "checkConfig" | "checkValues" | "actionConfig" | "actionValues">,
): Task {
  return {
    name: values.name,
    enabled: values.enabled,
    processName: values.processName,
    checkIntervalSeconds: values.checkIntervalSeconds,
    checkType: values.checkType,
    actionOnFailure: values.actionOnFailure,
    consecutiveFailuresThreshold: values.consecutiveFailuresThreshold,
    recoverAfterSuccessesThreshold: values.recoverAfterSuccessesThreshold,
    checkTimeoutSeconds: values.checkTimeoutSeconds,
    repeatActionEverySeconds: values.repeatActionEverySeconds,
    ...configs,
  };
}

interface FunctionKeys {
  readonly type: "checkType" | "actionOnFailure";
  readonly config: "checkConfig" | "actionConfig";
  readonly what: string;
  readonly isNeeded: boolean;
}

const CHECK: FunctionKeys = {
  type: "checkType",
  config: "checkConfig",
  what: "a check",
  isNeeded: true,
};
const ACTION: FunctionKeys = {
  type: "actionOnFailure",
  config: "actionConfig",
  what: "an action",
  isNeeded: false,
};

interface ReadFunction {
  /** Null when something is wrong with it. */
  readonly config: Readonly<Record<string, unknown>> | null;
  /** Null for a custom function, and when something is wrong. */
  readonly values: JsonObject | null;
  readonly problems: readonly OptionProblem[];
}

function readFunction(
  entry: Readonly<Record<string, unknown>>,
  known: ReadonlyMap<string, ReadTaskConfig | null>,
  keys: FunctionKeys & { readonly names: TaskIdentity; readonly style: KeyStyle },
): ReadFunction {
  const written = keyIn(entry, keys.config) ?? inStyle(keys.config, keys.style);
  const type = textIn(entry, keys.type);
  const unknown = typeProblems(entry, type, { ...keys, known });
  const given = entry[written] ?? (keys.isNeeded ? undefined : {});
  if (!isRecord(given))
    return { config: null, values: null, problems: [...unknown, configProblem(written, given)] };
  const read = type === null ? null : (known.get(type) ?? null);
  if (read === null) return { config: given, values: null, problems: unknown };
  const { values, problems } = read(given, keys.names, styleOf(given, keys.style));
  const below = problems.map((problem) => ({
    ...problem,
    property: joined(written, problem.property),
  }));
  return { config: values === null ? null : given, values, problems: [...unknown, ...below] };
}

// What is missing or no text was told with the other keys.
function typeProblems(
  entry: Readonly<Record<string, unknown>>,
  type: string | null,
  keys: FunctionKeys & { readonly known: ReadonlyMap<string, unknown> },
): readonly OptionProblem[] {
  if (type === null || type === "" || keys.known.has(type)) return [];
  const key = keyIn(entry, keys.type) ?? keys.type;
  return [unknownType(key, type, { what: keys.what, names: [...keys.known.keys()] })];
}

function configProblem(property: string, given: unknown): OptionProblem {
  if (given !== undefined) {
    const message = `must be an object: got ${shownValue(given)}`;
    return { code: "option-invalid", property, message, hint: null };
  }
  const message = "is needed: an object, {} for none";
  return { code: "option-missing", property, message, hint: null };
}

function unknownType(
  property: string,
  type: string,
  { what, names }: { readonly what: string; readonly names: readonly string[] },
): OptionProblem {
  const near = closest(type, names);
  const all = `there are ${names.join(", ")}`;
  return {
    code: "kind-unknown",
    property,
    message: `must name ${what} that exists: got ${quoted(type)}`,
    hint: near === null ? all : `did you mean ${near}? ${all}`,
  };
}

function placed(
  problem: OptionProblem,
  at: { readonly index: number; readonly label: string; readonly entry: unknown },
): TaskProblem {
  const keys = problem.property.match(/[\w-]+/gu) ?? [];
  const property = joined(at.label, problem.property);
  return { ...problem, property, index: at.index, keys };
}

function labelOf(entry: unknown, index: number): string {
  const name = textIn(entry, "name");
  if (name === null || name === "") return `[${String(index)}]`;
  return /^[\w .-]{1,80}$/u.test(name) ? name : quoted(name);
}

function joined(path: string, rest: string): string {
  return rest === "" || rest.startsWith("[") ? `${path}${rest}` : `${path}.${rest}`;
}

function textIn(entry: unknown, name: keyof typeof ALL_KEYS): string | null {
  if (!isRecord(entry)) return null;
  const key = keyIn(entry, name);
  const value = key === null ? null : entry[key];
  return typeof value === "string" ? value : null;
}

function keyIn(
  entry: Readonly<Record<string, unknown>>,
  name: keyof typeof ALL_KEYS,
): string | null {
  return Object.keys(entry).find((key) => nameIn(ALL_KEYS, key) === name) ?? null;
}

function aboveZero(): OptionType<number, number> {
  const label = "number above 0";
  return new OptionType(label, (value) => {
    if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
    throw mustBe(`a ${label}`, value);
  });
}
