import { printable, wrap } from "./text.ts";

/** What an assertion may say beyond a few words. */
const LIMIT_CHARACTERS = 4_096;

const MOST_LINES = 20;

/** Deeper indentation than this says nothing and leaves no room. */
const MOST_INDENT = 16;

const TAB = "    ";

/**
 * Prepares the details of an assertion, such as a stack or the last lines of a log, to be shown.
 *
 * @param details - Text from outside, of any length; null when there is none.
 * @param columns - How wide a line may be, in columns of a terminal; 20 or more, unlimited by default.
 * @returns At most 20 printable lines without tabs, and one more that counts the rest; none when there is nothing to show.
 */
export function detailLines(details: string | null, columns = Infinity): readonly string[] {
  const text = details ?? "";
  const start = printable(text.slice(0, LIMIT_CHARACTERS)).replaceAll("\t", TAB);
  const lines = withoutBlankEnds(start.split("\n").map((line) => line.trimEnd()));
  const wrapped = lines.flatMap((line) => wrapIndented(line, columns));
  const isCut = text.length > LIMIT_CHARACTERS;
  if (wrapped.length <= MOST_LINES) return isCut ? [...wrapped, "…"] : wrapped;
  const rest = wrapped.length - MOST_LINES;
  const more = isCut ? "… and more" : `… and ${String(rest)} more ${rest === 1 ? "line" : "lines"}`;
  return [...wrapped.slice(0, MOST_LINES), more];
}

function withoutBlankEnds(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line !== "");
  return first === -1 ? [] : lines.slice(first, lines.findLastIndex((line) => line !== "") + 1);
}

// Where a line goes on, it keeps its indentation.
function wrapIndented(line: string, columns: number): readonly string[] {
  const text = line.trimStart();
  const indent = " ".repeat(Math.min(line.length - text.length, MOST_INDENT));
  return wrap(text, columns - indent.length).map((part) => (indent + part).trimEnd());
}
