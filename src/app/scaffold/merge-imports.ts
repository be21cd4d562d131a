import { bracedNames } from "./code-text.ts";
import { importSection, type ImportStatement, type NamedImports } from "./import-section.ts";

/** A text with imports merged into it. */
export interface MergedImports {
  readonly text: string;
  /** What each class is called there, by its own name. */
  readonly localNames: ReadonlyMap<string, string>;
  /** The names that were added. */
  readonly added: readonly string[];
}

/**
 * Adds imports to a module: to a statement that imports from the same place, or as a statement of their own.
 *
 * Every line that is not part of a merged statement stays as it is.
 *
 * @param text - TypeScript.
 * @param wanted - Names, by what they are imported from.
 * @returns The text, and what the names are there.
 */
export function mergeImports(
  text: string,
  wanted: ReadonlyMap<string, readonly string[]>,
): MergedImports {
  const localNames = new Map<string, string>();
  const added: string[] = [];
  let merged = text;
  for (const [source, names] of wanted) {
    const statements = importSection(merged);
    const known = localNamesOf(statements, source);
    const missing = [...new Set(names)].filter((name) => !known.has(name)).sort(byName);
    for (const name of names) localNames.set(name, known.get(name) ?? name);
    added.push(...missing);
    if (missing.length > 0) merged = addNames(merged, statements, { source, names: missing });
  }
  return { text: merged, localNames, added };
}

/**
 * Tells how the lines of a text end.
 *
 * @param text - Any text.
 * @returns What its first line ends with; a newline when it has one line.
 */
export function lineBreakOf(text: string): string {
  return /\r?\n/u.exec(text)?.[0] ?? "\n";
}

interface Addition {
  readonly source: string;
  readonly names: readonly string[];
}

function localNamesOf(
  statements: readonly ImportStatement[],
  source: string,
): ReadonlyMap<string, string> {
  const specifiers = statements
    .filter((statement) => statement.source === source)
    .flatMap(({ named }) => named?.specifiers ?? []);
  return new Map(
    specifiers.flatMap(({ imported, local, isType }) => (isType ? [] : [[imported, local]])),
  );
}

function addNames(
  text: string,
  statements: readonly ImportStatement[],
  addition: Addition,
): string {
  for (const statement of statements) {
    const { source, named } = statement;
    if (source !== addition.source || named?.isPlain !== true) continue;
    return addToBraces(text, statement, { ...addition, named });
  }
  return addStatement(text, statements, addition);
}

function addToBraces(
  text: string,
  { end: statementEnd, start: statementStart }: ImportStatement,
  { named, names }: Addition & { readonly named: NamedImports },
): string {
  const { start, end, specifiers } = named;
  const all = ordered(
    specifiers.map((specifier) => specifier.text),
    names,
  );
  const before = text.slice(start, end);
  const around = statementEnd - statementStart - before.length;
  const isSpread = /[\n\r]/u.test(before);
  const indent = /[\n\r]([ \t]*)\S/u.exec(before)?.[1] ?? "  ";
  const braces = isSpread
    ? `{\n${all.map((name) => `${indent}${name},`).join("\n")}\n}`
    : bracedNames(all, around);
  return `${text.slice(0, start)}${withLineBreaks(braces, text)}${text.slice(end)}`;
}

// Where names are sorted, they stay so.
function ordered(present: readonly string[], names: readonly string[]): readonly string[] {
  const isSorted = present.every(
    (name, index) => index === 0 || byName(present[index - 1] ?? "", name) <= 0,
  );
  return isSorted ? [...present, ...names].sort(byName) : [...present, ...names];
}

function byName(one: string, other: string): number {
  return one.localeCompare(other, "en", { sensitivity: "base" });
}

function addStatement(
  text: string,
  statements: readonly ImportStatement[],
  { source, names }: Addition,
): string {
  const head = "import ";
  const tail = ` from ${JSON.stringify(source)};`;
  const statement = `${head}${bracedNames(names, head.length + tail.length)}${tail}`;
  const at = insertionPoint(text, statements);
  // Code that follows at once is easier to read behind an empty line.
  const gap = statements.length === 0 && /^[^\n\r]*\S/u.test(text.slice(at)) ? "\n" : "";
  const needsBreak = at > 0 && !/[\n\r\uFEFF]$/u.test(text.slice(0, at)) ? "\n" : "";
  const inserted = withLineBreaks(`${needsBreak}${statement}\n${gap}`, text);
  return `${text.slice(0, at)}${inserted}${text.slice(at)}`;
}

// Behind the line of the last import that has its line to itself; otherwise the top, where a hashbang must stay first.
function insertionPoint(text: string, statements: readonly ImportStatement[]): number {
  for (const { end } of statements.toReversed()) {
    const rest = /^[ \t]*(?:\/\/[^\n\r\u2028\u2029]*)?(?:\r?\n|$)/u.exec(text.slice(end))?.[0];
    if (rest !== undefined) return end + rest.length;
  }
  return /^\uFEFF?(?:#![^\n\r]*(?:\r?\n|$))?/u.exec(text)?.[0].length ?? 0;
}

function withLineBreaks(inserted: string, text: string): string {
  return inserted.replaceAll("\n", lineBreakOf(text));
}
