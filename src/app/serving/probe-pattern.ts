import type { Pattern } from "../../model/pattern-option.ts";
import { quoted } from "../../model/wording.ts";
import { Unfit, type Read } from "./probe-reading.ts";

const LIMIT_CHARACTERS = 8_192;

/** Flags at the very beginning, as Go has them: `(?i)`. */
const FLAGS = /^\(\?(?<flags>[imsU]{1,4})\)/u;
/** An escape, a class, and what Go writes otherwise than we do; all else is the same in both. */
const PIECE =
  /\\[pP](?:\{\^?\w+\}|[A-Z])|\\.|\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\]|\(\?P<|\^(?=[+*?{])|\./gsu;
const IN_CLASS = /\\[pP](?:\{\^?\w+\}|[A-Z])|\\.|\[:\^?[a-z]+:\]/gsu;
const PROPERTY = /^\\(?<not>[pP])\{?(?<other>\^?)(?<name>\w+)\}?$/u;
const POSIX_CLASS = /^\[:(?<not>\^?)(?<name>[a-z]+):\]$/u;
/** What may be escaped for no reason, in Go alone. */
const NEEDLESS = /^\\[!"#%&',:;<=>@_`~]$/u;

/** Letters with another meaning, or none, where they are escaped here. */
const OTHER_ESCAPE = /^\\[aCEQceghijklmoqyuGHIJKLMNORTUVXYZF]$/u;

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
  const source = value.replace(FLAGS, "").replaceAll(PIECE, (piece) => {
    // Only a newline ends a line there.
    return piece === "." ? (given.includes("s") ? "[\\s\\S]" : "[^\\n]") : inOurWords(piece);
  });
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
  if (piece === "\\-") return "-";
  if (piece === "(?P<") return "(?<";
  // To repeat where a line begins says nothing more, yet Go takes it.
  if (piece === "^") return "(?:^)";
  return piece.startsWith("[") ? classOf(piece) : escapeOf(piece);
}

// A bracket at the very beginning of a class stands for itself.
function classOf(piece: string): string {
  const whole = piece.replace(/^(?<begin>\[\^?)\]/u, "$<begin>\\]");
  return whole.slice(0, 1) + whole.slice(1).replaceAll(IN_CLASS, memberOf);
}

function memberOf(piece: string): string {
  return piece.startsWith("[:") ? posixOf(piece) : escapeOf(piece);
}

function posixOf(piece: string): string {
  const { not, name = "" } = POSIX_CLASS.exec(piece)?.groups ?? {};
  const members = not === "" && Object.hasOwn(POSIX, name) ? POSIX[name] : undefined;
  if (members === undefined) throw new Unfit(`must do without ${piece}`);
  return members;
}

function escapeOf(piece: string): string {
  if (OTHER_ESCAPE.test(piece)) throw new Unfit(`must do without ${piece}`);
  if (NEEDLESS.test(piece)) return piece.slice(1);
  const { not, other, name = "" } = PROPERTY.exec(piece)?.groups ?? {};
  if (not === undefined) return piece;
  const isNegated = (not === "P") !== (other === "^");
  return `\\${isNegated ? "P" : "p"}{${name.length > 2 ? "Script=" : ""}${name}}`;
}
