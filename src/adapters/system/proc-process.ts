/** What `/proc/PID/status` says of a process. */
export interface ProcessStatus {
  /** The user whose rights it has now. */
  readonly userId: number;
  /** What it holds in memory; 0 for a process that has ended. */
  readonly memoryBytes: number;
}

/**
 * Reads the text of `/proc/PID/status`.
 *
 * Only a newline ends a line there: a process may be named with any other line break, to look like another line.
 *
 * @param text - The text of the file.
 * @returns Null when it names no user.
 */
export function parseProcessStatus(text: string): ProcessStatus | null {
  const userId = /\nUid:\t\d{1,10}\t(\d{1,10})\t/u.exec(text)?.[1];
  const kibibytes = /\nVmRSS:\t *(\d{1,12}) kB/u.exec(text)?.[1];
  if (userId === undefined) return null;
  return { userId: Number(userId), memoryBytes: Number(kibibytes ?? 0) * 1024 };
}

/**
 * Reads the text of `/proc/PID/cmdline`.
 *
 * @param text - Arguments, each ended by a null character.
 * @returns The arguments. Empty ones at the end are left out: a process that renames itself leaves room there.
 */
export function parseCommandLine(text: string): readonly string[] {
  let end = text.length;
  while (end > 0 && text[end - 1] === "\0") end -= 1;
  return end === 0 ? [] : text.slice(0, end).split("\0");
}

/**
 * Reads the text of `/proc/PID/environ`.
 *
 * @param text - Variables as `NAME=value`, each ended by a null character.
 * @returns Values by name; the first of a name counts, as it does for the process itself.
 */
export function parseEnvironment(text: string): Readonly<Record<string, string>> {
  const variables = new Map<string, string>();
  for (const entry of text.split("\0")) {
    const equals = entry.indexOf("=");
    if (equals < 1) continue;
    const name = entry.slice(0, equals);
    if (!variables.has(name)) variables.set(name, entry.slice(equals + 1));
  }
  return Object.fromEntries(variables);
}

/**
 * Finds in `/proc/stat` when this machine was started.
 *
 * @param text - The text of the file.
 * @returns Milliseconds since 1970-01-01 UTC; null when it does not say.
 */
export function parseBootTime(text: string): number | null {
  const seconds = /\nbtime (\d{1,12})(?:\n|$)/u.exec(text)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1_000;
}
