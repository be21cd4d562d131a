import { readFileSync } from "node:fs";

/** What is assumed where the limit cannot be read: the lowest default of the systems we run on. */
const ASSUMED_LIMIT = 1_024;

/**
 * Reads how many files this process may have open at once.
 *
 * Node raises its own soft limit to the hard one when it starts, so this is what counts.
 *
 * @returns The limit; a cautious guess where it cannot be known, infinity where there is none.
 */
export function openFileLimit(): number {
  try {
    return parseOpenFileLimit(readFileSync("/proc/self/limits", "utf8")) ?? ASSUMED_LIMIT;
  } catch {
    return ASSUMED_LIMIT;
  }
}

/**
 * Finds the soft limit of open files in the text of Linux's `/proc/PID/limits`.
 *
 * @param text - The text of the file.
 * @returns The limit, infinity for `unlimited`, or null when the text has no such line.
 */
export function parseOpenFileLimit(text: string): number | null {
  const value = /^Max open files\s+(\S+)/mu.exec(text)?.[1];
  if (value === undefined) return null;
  if (value === "unlimited") return Infinity;
  const limit = Number(value);
  return Number.isSafeInteger(limit) && limit > 0 ? limit : null;
}
