/** Engines that understand SQL, each with its own way to write text and comments. */
export type Dialect = "postgresql" | "mysql" | "sqlite";

/** What a piece of SQL is. */
export type SqlPieceKind = "comment" | "quoted" | "parameter" | "word" | "space" | "other";

/** A piece of SQL; `other` is one character. */
export interface SqlPiece {
  readonly kind: SqlPieceKind;
  readonly text: string;
}

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
 * Takes a text apart as an engine would.
 *
 * @param query - SQL, or anything else.
 * @param dialect - Who will read it.
 * @returns Pieces that make up the whole text.
 */
export function sqlPieces(query: string, dialect: Dialect): readonly SqlPiece[] {
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

function kindOf(groups: Readonly<Record<string, string | undefined>>): SqlPieceKind {
  const kinds = ["comment", "quoted", "parameter", "word", "space"] as const;
  return kinds.find((kind) => groups[kind] !== undefined) ?? "other";
}
