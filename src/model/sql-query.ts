import { InvalidOption } from "./options.ts";
import { sqlPieces, type Dialect, type SqlPiece } from "./sql-pieces.ts";

const PARAMETER_HINT = "parameters are written $1, $2 … in every engine";

/** Text between dollars, escapes, and comments that may hold others: we may not see where these end. */
const POSTGRESQL_TEXT = /\\|\$(?:[^\W\d]\w*)?\$|\/\*[^]*\/\*/u;

/** Words that stand beside a value, and are none. */
const NO_OPERANDS: ReadonlySet<string> = new Set(
  "AND AS ASC BETWEEN BY CASE DESC DISTINCT ELSE END EXCEPT FETCH FOR FROM GROUP HAVING ILIKE IN INTERSECT IS LIKE LIMIT NOT OFFSET ON OR ORDER SELECT THEN UNION VALUES WHEN WHERE WINDOW".split(
    " ",
  ),
);

/** What begins with one of these reads, as far as SQL goes. */
const READING_KEYWORDS: Readonly<Record<Dialect, readonly string[]>> = {
  postgresql: ["SELECT", "WITH", "VALUES", "TABLE", "SHOW", "EXPLAIN"],
  mysql: ["SELECT", "WITH", "VALUES", "TABLE", "SHOW", "EXPLAIN", "DESCRIBE", "DESC"],
  sqlite: ["SELECT", "WITH", "VALUES", "EXPLAIN", "PRAGMA"],
};

/**
 * Makes sure that a text is one that reads, before it is sent.
 *
 * A transaction that can only read is what holds writers off; this holds off what ends such a transaction or goes round it:
 * `COMMIT`, `SET`, `COPY … TO PROGRAM`, `VACUUM INTO`, `ATTACH`, statements that commit by themselves.
 *
 * @param query - One SQL statement.
 * @param dialect - Who will read it.
 * @throws {@link InvalidOption} When it begins with anything but a keyword that reads, names a file to write, holds a
 *   comment that MySQL runs, or more than one statement where the engine would ignore the rest.
 */
export function requireReading(query: string, dialect: Dialect): void {
  const pieces = sqlPieces(query, dialect);
  const keywords = READING_KEYWORDS[dialect];
  const first = firstWord(pieces, dialect);
  if (!keywords.includes(first.toUpperCase())) {
    const got = first === "" ? "an empty query" : first.slice(0, 40);
    throw refused(`must begin with ${keywords.join(", ")}: got ${got}`);
  }
  if (dialect === "mysql") {
    refuseFiles(pieces);
    refuseRunComments(pieces);
  }
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
 * @throws {@link InvalidOption} When the text and the values do not go together.
 */
export function bindParameters<T>(
  query: string,
  parameters: readonly T[],
  dialect: Exclude<Dialect, "postgresql">,
): { readonly text: string; readonly values: readonly (T | null)[] } {
  const used: (T | null)[] = [];
  let highest = 0;
  const texts = sqlPieces(query, dialect).map((piece) => {
    if (piece.kind === "other") refusePlaceholder(piece.text, dialect);
    if (piece.kind !== "parameter") return piece.text;
    const number = Number(piece.text.slice(1));
    highest = Math.max(highest, number);
    used.push(parameters[number - 1] ?? null);
    if (number === 0) throw refused("must count parameters from $1: got $0");
    return dialect === "mysql" ? "?" : `?${String(number)}`;
  });
  requireCount(highest, parameters.length);
  return { text: texts.join(""), values: dialect === "mysql" ? used : parameters };
}

/**
 * Makes sure, before anybody connects, that a query is one that will be sent, with as many values as it has parameters.
 *
 * @param query - One SQL statement.
 * @param parameters - Values for `$1`, `$2` …
 * @param dialect - Who will read it.
 * @throws {@link InvalidOption} When it does not read, or the text and the values do not go together.
 */
export function requireQuery(
  query: string,
  parameters: readonly unknown[],
  dialect: Dialect,
): void {
  requireReading(query, dialect);
  if (dialect === "postgresql") requirePostgresqlParameters(query, parameters.length);
  else bindParameters(query, parameters, dialect);
}

// PostgreSQL binds by itself; where it alone can tell what is text, it is left to say what is wrong.
function requirePostgresqlParameters(query: string, count: number): void {
  if (POSTGRESQL_TEXT.test(query)) return;
  const pieces = sqlPieces(query, "postgresql").filter(({ kind }) => kind !== "comment");
  if (pieces.some((piece, index) => isPlaceholder(piece, index, pieces))) {
    throw unknownPlaceholder("?");
  }
  const parameters = pieces.filter(({ kind }) => kind === "parameter");
  const numbers = parameters.map(({ text }) => Number(text.slice(1)));
  const highest = numbers.reduce((most, number) => Math.max(most, number), 0);
  requireCount(highest, count);
}

// Between two operands, `?` is an operator of PostgreSQL; so are `?|`, `?&`, `@?` and a few more.
function isPlaceholder(
  { kind, text }: SqlPiece,
  index: number,
  pieces: readonly SqlPiece[],
): boolean {
  if (kind !== "other" || text !== "?") return false;
  if (pieces[index - 1]?.text === "@" || /^[|&#-]$/u.test(pieces[index + 1]?.text ?? "")) {
    return false;
  }
  const before = pieces.slice(Math.max(0, index - 2), index).findLast(isNoSpace);
  const after = pieces.slice(index + 1, index + 3).find(isNoSpace);
  return !isOperand(before, /^[)\]]$/u) || !isOperand(after, /^\($/u);
}

function isNoSpace({ kind }: SqlPiece): boolean {
  return kind !== "space";
}

function isOperand(piece: SqlPiece | undefined, bracket: RegExp): boolean {
  if (piece === undefined) return false;
  const { kind, text } = piece;
  if (kind === "word") return !NO_OPERANDS.has(text.toUpperCase());
  return kind === "quoted" || kind === "parameter" || bracket.test(text);
}

function firstWord(pieces: readonly SqlPiece[], dialect: Dialect): string {
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
    throw refused("must not begin with a comment inside a comment");
  }
}

function refuseFiles(pieces: readonly SqlPiece[]): void {
  const words = pieces.filter(({ kind }) => kind === "word").map(({ text }) => text.toUpperCase());
  if (
    words.some((word, index) => /^(?:OUT|DUMP)FILE$/u.test(word) && words[index - 1] === "INTO")
  ) {
    throw refused("must not write into a file of the server");
  }
}

// MySQL runs what stands in `/*! … */`, with `INTO /*!50000 OUTFILE */` as one way round what is refused.
function refuseRunComments(pieces: readonly SqlPiece[]): void {
  const code = pieces.map(({ kind, text }) => (/^(?:quoted|comment)$/u.test(kind) ? " " : text));
  if (/\/\*M?!/u.test(code.join(""))) {
    throw refused("must not hold a comment that MySQL runs, /*! … */");
  }
}

// SQLite reads the first statement and says nothing of the rest.
function refuseSeveral(pieces: readonly SqlPiece[]): void {
  const end = pieces.findIndex(({ kind, text }) => kind === "other" && text === ";");
  const rest = end === -1 ? [] : pieces.slice(end + 1);
  if (rest.some(({ kind, text }) => kind !== "space" && kind !== "comment" && text !== ";")) {
    throw refused("must be one statement: got several");
  }
}

// SQLite takes parameters that have no value for NULL.
function refusePlaceholder(text: string, dialect: Dialect): void {
  if (text === "?" || (dialect === "sqlite" && /[:@$]/u.test(text))) {
    throw unknownPlaceholder(text);
  }
}

function requireCount(highest: number, count: number): void {
  if (highest === count) return;
  const given = `${String(count)} parameter${count === 1 ? "" : "s"}`;
  throw refused(`uses parameters up to $${String(highest)}: got ${given}`);
}

function unknownPlaceholder(text: string): InvalidOption {
  return new InvalidOption(`must not hold the placeholder ${text}`, { hint: PARAMETER_HINT });
}

function refused(reason: string): InvalidOption {
  return new InvalidOption(reason);
}
