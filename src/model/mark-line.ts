import { isRecord } from "./json.ts";
import { readMarks, type Marks } from "./marks.ts";

/** What begins a comment in a file that carries our marks. */
export type CommentSign = "#" | ";";

/** Marks take some 300 characters. */
const LIMIT_CHARACTERS = 1_024;

/**
 * Writes marks as a comment, to be the first line of a file that has no other place for them.
 *
 * @param sign - What begins a comment there.
 * @param marks - Whose file it is.
 * @returns One line, with its end.
 */
export function markLine(sign: CommentSign, marks: Marks): string {
  return `${sign} clockwork ${JSON.stringify(marks)}\n`;
}

/**
 * Reads marks from the first line of a file, whoever wrote it.
 *
 * @param sign - What begins a comment there.
 * @param text - The file.
 * @returns Null when it carries none of ours.
 */
export function marksOfText(sign: CommentSign, text: string): Marks | null {
  const start = `${sign} clockwork {`;
  if (!text.startsWith(start)) return null;
  const end = text.indexOf("\n");
  if (end === -1 || end > LIMIT_CHARACTERS) return null;
  const data = parsed(text.slice(start.length - 1, end));
  return isRecord(data) ? readMarks(data) : null;
}

/**
 * Gives what a file holds besides its marks.
 *
 * @param sign - What begins a comment there.
 * @param text - The file.
 * @returns All of it when it carries none of ours.
 */
export function textBelowMarks(sign: CommentSign, text: string): string {
  return marksOfText(sign, text) === null ? text : text.slice(text.indexOf("\n") + 1);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
