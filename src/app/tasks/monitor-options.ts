import { accessSync, constants } from "node:fs";
import { dirname, resolve } from "node:path";
import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { shownValue } from "../../model/options.ts";
import { readTasks } from "../../model/read-tasks.ts";
import type { MonitoredTask, Task } from "../../model/task.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Store } from "../../ports/store.ts";
import { DEFAULT_ACTION_FUNCTIONS } from "./action-functions.ts";
import type { TaskActionFunction, TaskCheckFunction } from "./built-in.ts";
import { DEFAULT_CHECK_FUNCTIONS } from "./check-functions.ts";
import { LOG_LEVELS, type LogLevel } from "./task-log.ts";
import { typesOf, type TaskFunctions } from "./task-types.ts";

/** What is kept alive, and how. */
export interface HealthMonitorOptions {
  readonly monitoredTasks: readonly MonitoredTask[];
  /** The checks that tasks may name, by the names that they use; the built-in ones by default. */
  readonly checkFunctions?: Readonly<Record<string, TaskCheckFunction>>;
  /** The actions that tasks may name; the built-in ones by default. */
  readonly actionFunctions?: Readonly<Record<string, TaskActionFunction>>;
  /** The name of the logger in each line, such as that of a plugin; `clockwork` by default. */
  readonly baseLoggerName?: string;
  /** Gets every line besides the terminal. At 10 MiB another one is begun, and 5 older ones are kept. */
  readonly logFile?: string | null;
  /** What matters less is not logged; `INFO` by default. */
  readonly logLevel?: LogLevel;
  /** When the log file is rotated, in bytes, and how many older ones are kept. */
  readonly logRotation?: { readonly limitBytes?: number; readonly keep?: number };
  /** Where it is remembered what is unhealthy and what was tried; by default in memory, as long as the monitor exists. */
  readonly store?: Store;
  /** Told of everything that happens. */
  readonly onEvent?: (event: WatchEvent) => void;
  /** Time; the machine's own by default. */
  readonly clock?: Clock;
}

/** Options that were read. */
export interface ReadMonitorOptions {
  /** All tasks, in their order. */
  readonly tasks: readonly Task[];
  readonly functions: TaskFunctions;
}

/**
 * Reads the tasks of a monitor, and the functions that they may name.
 *
 * @param options - What a person wrote.
 * @returns Them.
 * @throws {@link ConfigurationError} With everything that is wrong.
 */
export function readMonitorOptions(options: HealthMonitorOptions): ReadMonitorOptions {
  const {
    monitoredTasks: entries,
    checkFunctions = DEFAULT_CHECK_FUNCTIONS,
    actionFunctions = DEFAULT_ACTION_FUNCTIONS,
  } = options;
  const problems = [...optionProblems(options)];
  const functions = {
    checks: functionsOf("checkFunctions", checkFunctions, problems),
    actions: functionsOf("actionFunctions", actionFunctions, problems),
  };
  const read = readTasks(Array.isArray(entries) ? entries : [], typesOf(functions));
  const all = [...problems, ...read.problems.map((problem) => ({ ...NOWHERE, ...problem }))];
  if (all.length > 0) throw new ConfigurationError(all.map(diagnosticOf));
  return { tasks: read.tasks, functions };
}

type Problem = Pick<Diagnostic, "code" | "message"> & Partial<Diagnostic>;

const NOWHERE = { file: "", line: null, column: null, property: null, hint: null };

function diagnosticOf({
  code,
  file,
  line,
  column,
  property,
  message,
  hint,
}: Diagnostic): Diagnostic {
  return { code, file, line, column, property, message, hint };
}

function optionProblems({
  monitoredTasks,
  logLevel = "INFO",
  logFile = null,
}: HealthMonitorOptions): readonly Diagnostic[] {
  const problems: Problem[] = [];
  if (!Array.isArray(monitoredTasks)) {
    const message = `must be a list of tasks: got ${shownValue(monitoredTasks)}`;
    problems.push({ code: "option-invalid", property: "monitoredTasks", message });
  }
  if (!LOG_LEVELS.includes(logLevel)) {
    const message = `must be one of ${LOG_LEVELS.join(", ")}: got ${shownValue(logLevel)}`;
    problems.push({ code: "option-invalid", property: "logLevel", message });
  }
  const missing = logFile === null ? null : missingFolder(logFile);
  if (missing !== null) {
    const message = `must be in a folder that exists and may be written to: got ${missing}`;
    problems.push({
      code: "option-invalid",
      property: "logFile",
      message,
      hint: "make the folder",
    });
  }
  return problems.map((problem) => ({ ...NOWHERE, ...problem }));
}

function missingFolder(file: string): string | null {
  const folder = dirname(resolve(file));
  try {
    accessSync(folder, constants.W_OK);
    return null;
  } catch {
    return folder;
  }
}

function functionsOf<T>(
  property: string,
  functions: Readonly<Record<string, T>>,
  problems: Diagnostic[],
): ReadonlyMap<string, T> {
  const entries = Object.entries(functions);
  for (const [name, value] of entries) {
    if (typeof value === "function") continue;
    const message = `must be a function: got ${shownValue(value)}`;
    problems.push({
      ...NOWHERE,
      code: "option-invalid",
      property: `${property}.${name}`,
      message,
    });
  }
  return new Map(entries);
}
