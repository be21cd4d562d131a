import { replaceUnsafe } from "../../model/text.ts";

/**
 * Writes data for programs, such that a terminal may look at it too.
 *
 * @param data - Plain data.
 * @returns One JSON document with a trailing newline.
 */
export function jsonText(data: unknown): string {
  // JSON itself escapes C0 only; escaping the rest changes no value.
  return `${replaceUnsafe(JSON.stringify(data, null, 2), escapeUnits)}\n`;
}

/**
 * Writes data for programs on one line, such that a terminal may look at it too.
 *
 * @param data - Plain data.
 * @returns One JSON document with a trailing newline, and none in it.
 */
export function jsonLine(data: unknown): string {
  return `${replaceUnsafe(JSON.stringify(data), escapeUnits)}\n`;
}

function escapeUnits(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
