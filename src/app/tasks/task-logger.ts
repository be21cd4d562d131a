import { logLine, logOf, type LogLevel } from "./task-log.ts";

/**
 * Writes what there is to say about a task, as `time - level - logger - [TaskName] message`: to standard error, and to the log
 * file of the {@link HealthMonitor} that has the same logger's name. Each message becomes one line.
 */
export class TaskLogger {
  readonly #base: string;
  readonly #prefix: string;

  /**
   * Makes one; {@link getTaskLogger} does so, too.
   *
   * @param baseLoggerName - The name of the logger, such as that of a plugin.
   * @param taskName - The name of the task.
   */
  constructor(baseLoggerName: string, taskName: string) {
    this.#base = baseLoggerName;
    this.#prefix = `${logLine(baseLoggerName)} - [${logLine(taskName)}] `;
  }

  /**
   * Says what helps to find a mistake.
   *
   * @param message - Anything; it is written only where the monitor's `logLevel` is `DEBUG`.
   */
  debug(message: string): void {
    this.#write("DEBUG", message);
  }

  /**
   * Says what happened.
   *
   * @param message - Anything.
   */
  info(message: string): void {
    this.#write("INFO", message);
  }

  /**
   * Says what may become a problem.
   *
   * @param message - Anything.
   */
  warning(message: string): void {
    this.#write("WARNING", message);
  }

  /**
   * Says what is one.
   *
   * @param message - Anything.
   */
  error(message: string): void {
    this.#write("ERROR", message);
  }

  /**
   * Says what was thrown, with where that was.
   *
   * @param message - What was being done.
   * @param thrown - What was thrown; left out where that is not known.
   */
  exception(message: string, thrown?: unknown): void {
    this.#write("ERROR", thrown === undefined ? message : `${message}: ${describeThrown(thrown)}`);
  }

  // A message may come from a program without types: nothing that is logged may throw.
  #write(level: LogLevel, message: unknown): void {
    logOf(this.#base).write(
      level,
      this.#prefix,
      typeof message === "string" ? message : shown(message),
    );
  }
}

/**
 * Gives the logger of a task.
 *
 * @param baseLoggerName - The name of the logger, such as that of a plugin.
 * @param taskName - The name of the task.
 * @returns What writes `time - level - logger - [TaskName] message`.
 * @example
 * ```ts
 * import { getTaskLogger } from "clockwork/monitor";
 *
 * getTaskLogger("MyPlugin", "ApiHealth").debug("all is well");
 * ```
 */
export function getTaskLogger(baseLoggerName: string, taskName: string): TaskLogger {
  return new TaskLogger(baseLoggerName, taskName);
}

/**
 * Writes what was thrown, whatever it is.
 *
 * @param thrown - Anything.
 * @returns Its stack where it has one.
 */
export function describeThrown(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return thrown.stack ?? String(thrown);
  } catch {
    return "something that cannot be shown";
  }
  return shown(thrown);
}

function shown(value: unknown): string {
  try {
    return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
  } catch {
    return "something that cannot be shown";
  }
}
