import type { Subject } from "../../engine/watch/subject.ts";
import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { isRecord } from "../../model/json.ts";
import { readTasks as readEntries } from "../../model/read-tasks.ts";
import type { Task } from "../../model/task.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { readTextFile } from "../services/text-file.ts";
import { DEFAULT_ACTION_FUNCTIONS } from "./action-functions.ts";
import { DEFAULT_CHECK_FUNCTIONS } from "./check-functions.ts";
import { exportsTasks, isModule, loadTaskModule } from "./task-module.ts";
import { noList, parseTaskSource, type Place } from "./task-source.ts";
import { subjectOf } from "./task-subject.ts";
import { getTaskLogger, type TaskLogger } from "./task-logger.ts";
import { typesOf, type TaskFunctions } from "./task-types.ts";

/** What reading a file of tasks needs besides its path. */
export interface ReadTasksOptions {
  readonly signal?: AbortSignal;
  /** Gets what a module prints while it is loaded. */
  readonly onOutput?: (text: string) => void;
}

const FUNCTIONS: TaskFunctions = {
  checks: new Map(Object.entries(DEFAULT_CHECK_FUNCTIONS)),
  actions: new Map(Object.entries(DEFAULT_ACTION_FUNCTIONS)),
};

const EXAMPLE = '[{"name": "ApiHealth", "check_type": "http_get", …}]';
const LIMIT_SHOWN = 100;

/**
 * Tells whether a file is one of tasks: YAML always is; JSON when one of the entries of its list has `check_type`; a module when it
 * exports `monitoredTasks`. Nothing of it is run for that.
 *
 * @param path - The file.
 * @returns False, too, when it cannot be read or is broken.
 */
export async function isTaskFile(path: string): Promise<boolean> {
  if (isModule(path)) return exportsTasks(path);
  if (/\.ya?ml$/u.test(path)) return true;
  try {
    const { entries } = await parseTaskSource(await textOf(path), path);
    return entries?.some((entry) => isRecord(entry) && hasCheckType(entry)) === true;
  } catch (error) {
    if (error instanceof ConfigurationError) return false;
    throw error;
  }
}

/**
 * Reads the tasks of a file: JSON, YAML, or a module that exports `monitoredTasks`, which is loaded in a process of its own.
 *
 * @param path - The file.
 * @param options - What ends it early.
 * @returns All tasks in their order, those that are disabled included.
 * @throws {@link ConfigurationError} With everything that is wrong, or why it cannot be read.
 * @throws The reason of the signal.
 */
export async function readTasks(
  path: string,
  options: ReadTasksOptions = {},
): Promise<readonly Task[]> {
  const { entries, placeOf } = await sourceOf(path, options);
  if (entries === null) throw noList(path);
  const { tasks, problems } = readEntries(entries, typesOf(FUNCTIONS));
  if (problems.length === 0) return tasks;
  const diagnostics = problems
    .slice(0, LIMIT_SHOWN)
    .map(({ code, property, message, hint, index, keys }): Diagnostic => ({
      file: path,
      ...placeOf(index, keys),
      ...{ code, property, message, hint },
    }));
  throw new ConfigurationError([...diagnostics, ...more(problems.length, path)]);
}

/** Where the tasks of a file are carried out. */
export interface TaskFileContext {
  readonly world: DeployWorld;
  /** Gives what a task writes to; by default, standard error with the name `clockwork`. */
  readonly loggerOf?: (task: Task) => TaskLogger;
}

/**
 * Makes of the tasks of a file what can be watched.
 *
 * @param tasks - The tasks.
 * @param context - The world.
 * @returns One subject for each that is not disabled.
 */
export function subjectsOfTasks(
  tasks: readonly Task[],
  { world, loggerOf = ({ name }) => getTaskLogger("clockwork", name) }: TaskFileContext,
): readonly Subject[] {
  return tasks
    .filter(({ enabled }) => enabled)
    .map((task) => {
      const check = FUNCTIONS.checks.get(task.checkType);
      const action = FUNCTIONS.actions.get(task.actionOnFailure);
      if (check === undefined || action === undefined) throw new Error("a task was not read");
      return subjectOf(task, { check, action, world, logger: loggerOf(task) });
    });
}

async function sourceOf(
  path: string,
  options: ReadTasksOptions,
): Promise<{
  readonly entries: readonly unknown[] | null;
  readonly placeOf: (index: number, keys: readonly string[]) => Place;
}> {
  if (!isModule(path)) return await parseTaskSource(await textOf(path, options.signal), path);
  const entries = await loadTaskModule(path, options);
  return { entries, placeOf: () => ({ line: null, column: null }) };
}

function textOf(path: string, signal?: AbortSignal): Promise<string> {
  return readTextFile(path, { stdin: process.stdin, signal, example: EXAMPLE });
}

function hasCheckType(entry: Readonly<Record<string, unknown>>): boolean {
  return Object.hasOwn(entry, "check_type") || Object.hasOwn(entry, "checkType");
}

function more(count: number, file: string): readonly Diagnostic[] {
  if (count <= LIMIT_SHOWN) return [];
  const message = `${String(count - LIMIT_SHOWN)} more problems are not shown`;
  const place = { file, line: null, column: null, property: null };
  return [{ ...place, code: "too-many-problems", message, hint: null }];
}
