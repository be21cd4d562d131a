/** One name of an import. */
export interface Specifier {
  /** As it is written: `A`, `A as B`. */
  readonly text: string;
  readonly imported: string;
  readonly local: string;
  /** True for a name that stands for a type alone. */
  readonly isType: boolean;
}

/** The names in the braces of an import. */
export interface NamedImports {
  /** Where the opening brace is. */
  readonly start: number;
  /** Behind the closing brace. */
  readonly end: number;
  readonly specifiers: readonly Specifier[];
  /** False where a comment stands between the braces, which could be lost. */
  readonly isPlain: boolean;
}

/** One import statement. */
export interface ImportStatement {
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
  /** What is imported from, without quotes. */
  readonly source: string;
  /** Null when it has other parts than names in braces, or stands for types alone. */
  readonly named: NamedImports | null;
}

const SPACE_OR_COMMENT = /(?:\s|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)+/uy;
const HASHBANG = /^\uFEFF?(?:#![^\n\r\u2028\u2029]*)?/u;
const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$\u200C\u200D]*/uy;
const MARK = /[{},*]/uy;
const STRING = /"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'/uy;
const SEMICOLON = /[ \t]*;/uy;
const SPECIFIER =
  /^(?<type>type\s+)?(?<imported>[\p{ID_Start}$_][\p{ID_Continue}$]*)(?:\s+as\s+(?<local>[\p{ID_Start}$_][\p{ID_Continue}$]*))?$/u;

/** More imports than any file has. */
const LIMIT_STATEMENTS = 1_000;

/**
 * Finds the imports that a module begins with.
 *
 * Only what stands before the first other statement is looked at: up to there, comments and strings are easily told from code.
 *
 * @param text - TypeScript.
 * @returns The imports, in their order.
 */
export function importSection(text: string): readonly ImportStatement[] {
  const statements: ImportStatement[] = [];
  const scanner = new Scanner(text, HASHBANG.exec(text)?.[0].length ?? 0);
  while (statements.length < LIMIT_STATEMENTS) {
    scanner.skipSpace();
    const statement = readImport(scanner, text);
    if (statement === null) break;
    statements.push(statement);
  }
  return statements;
}

/** A place in a text, moved on by what is found there. */
class Scanner {
  readonly #text: string;
  #position: number;

  constructor(text: string, position: number) {
    this.#text = text;
    this.#position = position;
  }

  get position(): number {
    return this.#position;
  }

  take(expression: RegExp): string | null {
    const sticky = new RegExp(expression.source, expression.flags);
    sticky.lastIndex = this.#position;
    const found = sticky.exec(this.#text)?.[0] ?? null;
    this.#position += found?.length ?? 0;
    return found;
  }

  // The next word, behind space and comments, without moving on.
  peekWord(): string | null {
    const ahead = new Scanner(this.#text, this.#position);
    ahead.skipSpace();
    return ahead.take(WORD);
  }

  skipSpace(): boolean {
    const skipped = this.take(SPACE_OR_COMMENT) ?? "";
    return skipped.includes("//") || skipped.includes("/*");
  }
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly hasCommentBefore: boolean;
}

function readImport(scanner: Scanner, text: string): ImportStatement | null {
  const start = scanner.position;
  if (scanner.take(WORD) !== "import") return null;
  const clause: Token[] = [];
  for (;;) {
    const hasCommentBefore = scanner.skipSpace();
    const at = scanner.position;
    const string = scanner.take(STRING);
    if (string !== null) {
      const end = statementEnd(scanner);
      if (end === null) return null;
      return { start, end, source: string.slice(1, -1), named: namedOf(clause, text) };
    }
    const token = scanner.take(WORD) ?? scanner.take(MARK);
    // `import(…)`, `import.meta`, `import x = …`: no import statement that we know.
    if (token === null) return null;
    clause.push({ text: token, start: at, hasCommentBefore });
  }
}

// An import with attributes ends the section: nothing is merged into what we do not read.
function statementEnd(scanner: Scanner): number | null {
  const end = scanner.position;
  if (scanner.take(SEMICOLON) !== null) return scanner.position;
  const next = scanner.peekWord();
  return next === "with" || next === "assert" ? null : end;
}

// `{ A, B as C } from`, and nothing else.
function namedOf(clause: readonly Token[], text: string): NamedImports | null {
  const [first, last, from] = [clause[0], clause.at(-2), clause.at(-1)];
  if (first?.text !== "{" || last?.text !== "}" || from?.text !== "from") return null;
  const inner = text.slice(first.start + 1, last.start);
  const specifiers = inner.split(",").map((part) => specifierOf(part.trim()));
  const known = specifiers.filter((specifier) => specifier !== null);
  const isPlain =
    clause.slice(1, -1).every(({ hasCommentBefore }) => !hasCommentBefore) &&
    specifiers.every((specifier, index) => specifier !== null || isTrailing(inner, index));
  return { start: first.start, end: last.start + 1, specifiers: known, isPlain };
}

// Behind the last comma, or in empty braces, there may be nothing.
function isTrailing(inner: string, index: number): boolean {
  const parts = inner.split(",");
  return index === parts.length - 1 && parts[index]?.trim() === "";
}

function specifierOf(text: string): Specifier | null {
  const groups = SPECIFIER.exec(text)?.groups;
  if (groups === undefined) return null;
  const { type, imported = "", local = imported } = groups;
  return { text: text.replace(/\s+/gu, " "), imported, local, isType: type !== undefined };
}
