import { DatabaseError } from "../../model/errors.ts";
import type { DatabaseValue } from "../../ports/databases.ts";

/** Engines that understand SQL, each with its own way to write text and comments. */
export type Dialect = "postgresql" | "mysql" | "sqlite";

type PieceKind = "comment" | "quoted" | "parameter" | "word" | "space" | "other";

interface Piece {
  readonly kind: PieceKind;
  readonly text: string;
}

/** What begins with one of these reads, as far as SQL goes. */
const READING_KEYWORDS: Readonly<Record<Dialect, readonly string[]>> = {
  postgresql: ["SELECT", "WITH", "VALUES", "TABLE", "SHOW", "EXPLAIN"],
  mysql: ["SELECT", "WITH", "VALUES", "TABLE", "SHOW", "EXPLAIN", "DESCRIBE", "DESC"],
  sqlite: ["SELECT", "WITH", "VALUES", "EXPLAIN", "PRAGMA"],
};

// A quote that is never closed reaches to the end; each alternative begins with another character, so that no input is
// tried twice.
const DOUBLED = {
  single: `'(?:[^']+|'')*'?`,
  double: `"(?:[^"]+|"")*"?`,
  backtick: "`(?:[^`]+|``)*`?",
  bracket: `\\[[^\\]]*\\]?`,
};
const ESCAPED = {
  single: `'(?:[^'\\\\]+|\\\\[\\s\\S]?|'')*'?`,
  double: `"(?:[^"\\\\]+|\\\\[\\s\\S]?|"")*"?`,
};
const BLOCK_COMMENT = `\\/\\*[\\s\\S]*?(?:\\*\\/|$)`;

// What MySQL reads of a comment with an exclamation mark depends on its version, so that is taken for code.
const COMMENTS: Readonly<Record<Dialect, string>> = {
  // PostgreSQL ends a line at a carriage return too: what follows it is code.
  postgresql: `--[^\\r\\n]*|${BLOCK_COMMENT}`,
  mysql: `--(?=[\\s\\x00-\\x1f]|$)[^\\n]*|#[^\\n]*|(?!\\/\\*M?!)${BLOCK_COMMENT}`,
  sqlite: `--[^\\n]*|${BLOCK_COMMENT}`,
};
const QUOTES: Readonly<Record<Dialect, string>> = {
  postgresql: `${DOUBLED.single}|${DOUBLED.double}`,
  mysql: `${ESCAPED.single}|${ESCAPED.double}|${DOUBLED.backtick}`,
  sqlite: Object.values(DOUBLED).join("|"),
};

/**
 * Makes sure that a text is one that reads, before it is sent.
 *
 * A transaction that can only read is what holds writers off; this holds off what ends such a transaction or goes round it:
 * `COMMIT`, `SET`, `COPY … TO PROGRAM`, `VACUUM INTO`, `ATTACH`, statements that commit by themselves.
 *
 * @param query - One SQL statement.
 * @param dialect - Who will read it.
 * @throws {@link DatabaseError} When it begins with anything but a keyword that reads, names a file to write, or holds more
 *   than one statement where the engine would ignore the rest.
 */
export function requireReading(query: string, dialect: Dialect): void {
  const pieces = piecesOf(query, dialect);
  const keywords = READING_KEYWORDS[dialect];
  const first = firstWord(pieces, dialect);
  if (!keywords.includes(first.toUpperCase())) {
    const got = first === "" ? "an empty query" : first.slice(0, 40);
    throw refused(`a query must begin with ${keywords.join(", ")}: got ${got}`);
  }
  if (dialect === "mysql") refuseFiles(pieces);
  if (dialect === "sqlite") refuseSeveral(pieces);
}

/**
 * Turns `$1`, `$2` … into what the engine understands, outside of quotes and comments: `?` for MySQL, with values in the
 * order of their use; `?1`, `?2` … for SQLite.
 *
 * @param query - One SQL statement.
 * @param parameters - Values for `$1`, `$2` …
 * @param dialect - Who will read it.
 * @returns The text and the values to send with it.
 * @throws {@link DatabaseError} When the text and the values do not go together.
 */
export function bindParameters(
  query: string,
  parameters: readonly DatabaseValue[],
  dialect: Exclude<Dialect, "postgresql">,
): { readonly text: string; readonly values: readonly DatabaseValue[] } {
  const used: DatabaseValue[] = [];
  let highest = 0;
  const texts = piecesOf(query, dialect).map((piece) => {
    if (piece.kind === "other") refusePlaceholder(piece.text, dialect);
    if (piece.kind !== "parameter") return piece.text;
    const number = Number(piece.text.slice(1));
    highest = Math.max(highest, number);
    used.push(parameters[number - 1] ?? null);
    if (number === 0) throw refused("parameters are counted from $1: got $0");
    return dialect === "mysql" ? "?" : `?${String(number)}`;
  });
  if (highest !== parameters.length) {
    const given = `${String(parameters.length)} parameter${parameters.length === 1 ? "" : "s"}`;
    throw refused(`the query uses parameters up to $${String(highest)}: got ${given}`);
  }
  return { text: texts.join(""), values: dialect === "mysql" ? used : parameters };
}

function firstWord(pieces: readonly Piece[], dialect: Dialect): string {
  for (const { kind, text } of pieces) {
    if (kind === "comment") refuseNested(text, dialect);
    else if (kind === "word") return text;
    else if (kind !== "space" && text !== "(") return text;
  }
  return "";
}

// PostgreSQL nests comments, which would show it another beginning than us.
function refuseNested(comment: string, dialect: Dialect): void {
  if (dialect === "postgresql" && comment.startsWith("/*") && comment.includes("/*", 2)) {
    throw refused("a query must not begin with a comment inside a comment");
  }
}

function refuseFiles(pieces: readonly Piece[]): void {
  const words = pieces.filter(({ kind }) => kind === "word").map(({ text }) => text.toUpperCase());
  if (
    words.some((word, index) => /^(?:OUT|DUMP)FILE$/u.test(word) && words[index - 1] === "INTO")
  ) {
    throw refused("a query must not write into a file of the server");
  }
}

// SQLite reads the first statement and says nothing of the rest.
function refuseSeveral(pieces: readonly Piece[]): void {
  const end = pieces.findIndex(({ kind, text }) => kind === "other" && text === ";");
  const rest = end === -1 ? [] : pieces.slice(end + 1);
  if (rest.some(({ kind, text }) => kind !== "space" && kind !== "comment" && text !== ";")) {
    throw refused("a query must be one statement: got several");
  }
}

// SQLite takes parameters that have no value for NULL.
function refusePlaceholder(text: string, dialect: Dialect): void {
  if (text === "?" || (dialect === "sqlite" && /[:@$]/u.test(text))) {
    throw refused(`parameters are written $1, $2 …: got ${text}`);
  }
}

function refused(reason: string): DatabaseError {
  return new DatabaseError("query", reason);
}

function piecesOf(query: string, dialect: Dialect): readonly Piece[] {
  return [...query.matchAll(patternOf(dialect))].map(({ 0: text, groups = {} }) => ({
    kind: kindOf(groups),
    text,
  }));
}

function patternOf(dialect: Dialect): RegExp {
  const source = [
    `(?<comment>${COMMENTS[dialect]})`,
    `(?<quoted>${QUOTES[dialect]})`,
    String.raw`(?<parameter>\$[0-9]+)`,
    // A `$` within a name is part of it.
    String.raw`(?<word>[A-Za-z0-9_\u0080-\u{10FFFF}][A-Za-z0-9_$\u0080-\u{10FFFF}]*)`,
    String.raw`(?<space>[ \t\n\v\f\r]+)`,
    String.raw`(?<other>[\s\S])`,
  ].join("|");
  return new RegExp(source, "gu");
}

function kindOf(groups: Readonly<Record<string, string | undefined>>): PieceKind {
  const kinds = ["comment", "quoted", "parameter", "word", "space"] as const;
  return kinds.find((kind) => groups[kind] !== undefined) ?? "other";
}
