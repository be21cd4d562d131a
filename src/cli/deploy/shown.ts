import { shownDuration } from "../../model/shown-duration.ts";
import { printable, singleLine, truncate } from "../../model/text.ts";
import type { Output } from "../command.ts";

/** How text is shown. */
export interface ShownOptions {
  readonly hasColor: boolean;
  /** How wide the terminal is; null where nobody's terminal sets a limit. */
  readonly columns: number | null;
}

/** What of a value is looked at: what stands behind it is told by its number of lines. */
const LIMIT_CHARACTERS = 2_000;

/** Where no terminal sets a limit, a longer value says no more. */
const MOST_COLUMNS = 120;

/** Below this, tenths of a second tell. */
const TENTHS_BELOW_MS = 10_000;

/**
 * Tells how text is shown on an output.
 *
 * @param output - Where it goes.
 * @returns Colour and width.
 */
export function shownOn(output: Output): ShownOptions {
  return { hasColor: output.hasColor, columns: output.size()?.columns ?? null };
}

/**
 * Shows a value on one line: its first line, and how many there are.
 *
 * @param value - Text from outside; null for none.
 * @param columns - How wide it may be; 120 for null.
 * @returns Such as `nginx:alpine`, `(not set)`, `server { … (12 lines)`.
 */
export function shownValue(value: string | null, columns: number | null): string {
  const most = Math.max(1, columns ?? MOST_COLUMNS);
  if (value === null) return truncate("(not set)", most);
  if (value === "") return truncate('""', most);
  const lines = printable(value.slice(0, LIMIT_CHARACTERS)).trim().split("\n");
  const first = singleLine(lines[0] ?? "");
  if (lines.length === 1) return truncate(first, most);
  const suffix = ` … (${String(value.trim().split(/\r\n?|\n/u).length)} lines)`;
  return suffix.length + 1 >= most
    ? truncate(`${first} …`, most)
    : `${truncate(first, most - suffix.length)}${suffix}`;
}

/**
 * Shows how long something took.
 *
 * @param durationMs - Milliseconds, 0 or more.
 * @returns Such as `340ms`, `2.1s`, `1m5s`.
 */
export function shownTime(durationMs: number): string {
  if (durationMs < 1_000) return `${String(Math.round(durationMs))}ms`;
  if (durationMs < TENTHS_BELOW_MS) return `${(Math.floor(durationMs / 100) / 10).toFixed(1)}s`;
  return shownDuration(Math.round(durationMs / 1_000) * 1_000);
}

/**
 * Shows a moment.
 *
 * @param time - Milliseconds since 1970-01-01 UTC.
 * @returns Such as `2026-01-02 03:04:05Z`; `unknown` for what is no moment.
 */
export function shownMoment(time: number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return "unknown";
  return date
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/u, "Z");
}

/**
 * Counts things in words.
 *
 * @param count - How many.
 * @param one - What one of them is called; an `s` makes more of it.
 * @returns Such as `1 step`, `2 steps`.
 */
export function counted(count: number, one: string): string {
  return `${String(count)} ${one}${count === 1 ? "" : "s"}`;
}
