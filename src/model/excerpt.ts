import { singleLine } from "./text.ts";

/** How much is looked at for one character that is shown: white space at the beginning may go. */
const LOOKED_AT_PER_SHOWN = 5;

/**
 * Shows the start of a text from outside: on one line, printable, never longer than asked.
 *
 * @param text - Anything.
 * @param limitCharacters - How long it may be, in UTF-16 code units; 200 by default.
 * @returns The text, or its beginning with `…`.
 */
export function excerpt(text: string, limitCharacters = 200): string {
  const start = text.slice(0, limitCharacters * LOOKED_AT_PER_SHOWN);
  const line = singleLine(start);
  if (line.length <= limitCharacters && start.length === text.length) return line;
  return `${line.slice(0, limitCharacters - 1).toWellFormed()}…`;
}

/**
 * Shows the start of a text from outside in double quotes.
 *
 * @param text - Anything.
 * @param limitCharacters - How long the excerpt may be, in UTF-16 code units; 80 by default.
 * @returns Such as `"220 ready"`.
 */
export function quotedExcerpt(text: string, limitCharacters = 80): string {
  return `"${excerpt(text, limitCharacters)}"`;
}
