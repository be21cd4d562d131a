import { logFile, type LogFileOptions } from "../../adapters/system/log-file.ts";
import { systemClock } from "../../adapters/system/clock.ts";
import type { Clock } from "../../ports/clock.ts";
import { oneLine, withoutSecrets } from "../log/log-text.ts";

/** How much a line matters, the least first. */
export const LOG_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"] as const;

/** How much a line matters. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where the lines of one logger go. */
export interface LogOptions {
  /** What matters less is not written; `INFO` by default. */
  readonly level?: LogLevel;
  /** Gets every line besides the terminal; none by default. */
  readonly file?: string | null;
  readonly rotation?: LogFileOptions;
  /** Takes what goes to the terminal; standard error by default. */
  readonly terminal?: (line: string) => void;
  readonly clock?: Pick<Clock, "now">;
}

/** Takes lines. It never throws. */
export interface TaskLog {
  /**
   * Writes a line.
   *
   * @param level - How much it matters.
   * @param prefix - Whose it is: `MyPlugin - [ApiHealth]`.
   * @param message - Whatever is said; it becomes one line.
   */
  readonly write: (level: LogLevel, prefix: string, message: string) => void;
}

/** Where the lines of each logger go, by its name; whoever is not told otherwise writes to standard error. */
const logs = new Map<string, TaskLog>();

/**
 * Says where the lines of a logger go from now on.
 *
 * @param baseLoggerName - Its name.
 * @param options - Where they go.
 * @returns The same as {@link logOf} gives.
 */
export function openLog(baseLoggerName: string, options: LogOptions): TaskLog {
  const log = makeLog(options);
  logs.set(baseLoggerName, log);
  return log;
}

/**
 * Finds where the lines of a logger go.
 *
 * @param baseLoggerName - Its name.
 * @returns Where they go at the moment.
 */
export function logOf(baseLoggerName: string): TaskLog {
  return logs.get(baseLoggerName) ?? openLog(baseLoggerName, {});
}

/**
 * Makes a text one line that drives no terminal and holds no secrets.
 *
 * @param text - Anything.
 * @returns At most 8,192 characters; what would break the line is written as in a string of JSON.
 */
export function logLine(text: string): string {
  return oneLine(withoutSecrets(text));
}

function makeLog({
  level: least = "INFO",
  file = null,
  rotation = {},
  terminal = writeToTerminal,
  clock = systemClock,
}: LogOptions): TaskLog {
  const written = file === null ? null : logFile(file, rotation);
  let isFailing = false;
  return {
    write: (level, prefix, message) => {
      if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(least)) return;
      const time = new Date(clock.now()).toISOString();
      const line = `${time} - ${level} - ${prefix}${logLine(message)}`;
      terminal(line);
      const problem = written?.append(line) ?? null;
      // Told once, or a full disk would be told with every line.
      if (problem !== null && !isFailing) {
        terminal(`${time} - ERROR - ${prefix}the log file cannot be written: ${logLine(problem)}`);
      }
      isFailing = problem !== null;
    },
  };
}

let isGuarded = false;

function writeToTerminal(line: string): void {
  if (!isGuarded) {
    isGuarded = true;
    // Whoever read it may have gone: that ends no monitor.
    process.stderr.on("error", () => undefined);
  }
  process.stderr.write(`${line}\n`);
}
