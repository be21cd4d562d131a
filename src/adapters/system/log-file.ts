import { appendFileSync, renameSync, rmSync, statSync } from "node:fs";

/** How a log file grows, and how many older ones are kept. */
export interface LogFileOptions {
  /** At this size another one is begun; 10 MiB by default. */
  readonly limitBytes?: number;
  /** So many older ones are kept, as `x.log.1` to `x.log.5`; 5 by default. */
  readonly keep?: number;
}

/** A log file that begins anew when it has grown large. */
export interface LogFile {
  /**
   * Appends a line.
   *
   * @param line - Without the newline that ends it.
   * @returns Null when it was written; otherwise why not, in words. It never throws: whoever logs has something else to do.
   */
  readonly append: (line: string) => string | null;
}

const DEFAULT_LIMIT_BYTES = 10 * 1024 * 1024;
const DEFAULT_KEEP = 5;
/** Others on this machine need not read what went wrong. */
const MODE = 0o640;

/**
 * Makes a log file with rotation by size.
 *
 * The file is opened for each line, so that one which somebody else moves away or deletes is simply begun anew, and so that
 * several processes may write to it: each line is one write at the end of the file.
 *
 * @param path - Where it is; relative to where this process is.
 * @param options - When it is rotated.
 * @returns The log file; nothing is written before the first line.
 */
export function logFile(path: string, options: LogFileOptions = {}): LogFile {
  const { limitBytes = DEFAULT_LIMIT_BYTES, keep = DEFAULT_KEEP } = options;
  return {
    append: (line) => {
      try {
        const bytes = Buffer.from(`${line}\n`, "utf8");
        if (isFull(path, bytes.length, limitBytes)) rotate(path, keep);
        appendFileSync(path, bytes, { mode: MODE });
        return null;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  };
}

// What is no file, such as /dev/stderr, is never full.
function isFull(path: string, moreBytes: number, limitBytes: number): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size > 0 && stats.size + moreBytes > limitBytes;
}

function rotate(path: string, keep: number): void {
  if (keep === 0) {
    rmSync(path, { force: true });
    return;
  }
  for (let number = keep - 1; number >= 1; number -= 1)
    move(`${path}.${String(number)}`, number + 1);
  move(path, 1);

  function move(from: string, to: number): void {
    if (statSync(from, { throwIfNoEntry: false }) === undefined) return;
    renameSync(from, `${path}.${String(to)}`);
  }
}
