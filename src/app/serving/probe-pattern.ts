import type { Pattern } from "../../model/pattern-option.ts";
import { quoted } from "../../model/wording.ts";
import { Unfit, type Read } from "./probe-reading.ts";

const LIMIT_CHARACTERS = 8_192;

/** Flags at the very beginning, as Go has them: `(?i)`. */
const FLAGS = /^\(\?(?<flags>[imsU]{1,4})\)/u;
/** What stands for itself in the eyes of this reader: an escape, a class, and what Go writes otherwise than we do. */
const PIECE = /\\.|\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\]|\(\?P<|\^(?=[+*?{])/gsu;
const POSIX_CLASS = /\[:(?<negated>\^?)(?<name>[a-z]+):\]/gu;

const POSIX: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  blank: "\\t ",
  digit: "0-9",
  lower: "a-z",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\t\\n\\v\\f\\r ",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};

/**
 * Reads a regular expression in Go's own words.
 *
 * @param value - What was given.
 * @returns It in ours.
 * @throws {@link Unfit} When it is none, or there are no words of ours for it.
 */
export const goPattern: Read<Pattern> = (value) => {
  if (typeof value !== "string" || value.length > LIMIT_CHARACTERS) {
    throw new Unfit("must be a regular expression");
  }
  const given = FLAGS.exec(value)?.groups?.["flags"] ?? "";
  if (given.includes("U")) throw new Unfit("must do without the flag U");
  const source = value.replace(FLAGS, "").replaceAll(PIECE, inOurWords);
  const flags = [...new Set(given)].sort().join("") + (/\\p/iu.test(source) ? "u" : "");
  try {
    return { source, flags: new RegExp(source, flags).flags };
  } catch {
    throw new Unfit(`must be a regular expression: got ${quoted(value)}`);
  }
};

function inOurWords(piece: string): string {
  if (piece === "\\A") return "(?<![\\s\\S])";
  if (piece === "\\z") return "(?![\\s\\S])";
  if (piece === "(?P<") return "(?<";
  // To repeat where a line begins says nothing more, yet Go takes it.
  if (piece === "^") return "(?:^)";
  return piece.startsWith("[") ? classOf(piece) : piece;
}

// A bracket at the very beginning of a class stands for itself.
function classOf(piece: string): string {
  return piece
    .replace(/^(?<begin>\[\^?)\]/u, "$<begin>\\]")
    .replaceAll(POSIX_CLASS, (whole, negated: string, name: string) => {
      const members = negated === "" && Object.hasOwn(POSIX, name) ? POSIX[name] : undefined;
      if (members === undefined) throw new Unfit(`must do without ${whole}`);
      return members;
    });
}
