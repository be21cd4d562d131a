import type { Call, Draft } from "./draft.ts";

/** As wide as people let a line be. */
const LIMIT_COLUMNS = 100;

/** A draft, and what it is called where it is written. */
export interface NamedDraft {
  readonly draft: Draft;
  /** The resource's name. */
  readonly name: string;
  /** The constant that holds it. */
  readonly identifier: string;
  /** What a class is called in the file, by its own name. */
  readonly localNames: ReadonlyMap<string, string>;
}

/**
 * Writes a resource with its assertions as TypeScript, as a person would format it.
 *
 * @param named - What to write, and what it is called.
 * @returns Lines, without a line break at the end.
 */
export function declarationText({ draft, name, identifier, localNames }: NamedDraft): string {
  const { resource, assertions } = draft;
  const local = (className: string): string => localNames.get(className) ?? className;
  const calls = assertions.map((call) => (indent: string) => callText(call, local, indent));
  const options = Object.entries({ name, ...resource.options });
  return [
    `export const ${identifier} = new ${local(resource.className)}({`,
    ...options.map(([key, value]) => `  ${key}: ${valueText(value)},`),
    ...assertionLines(calls),
    "});",
  ].join("\n");
}

/**
 * Writes names into braces, on one line or on one line each.
 *
 * @param names - What stands between the commas.
 * @param columns - How many columns the rest of the line takes.
 * @returns Such as `{ A, B as C }`.
 */
export function bracedNames(names: readonly string[], columns: number): string {
  const line = `{ ${names.join(", ")} }`;
  if (columns + line.length <= LIMIT_COLUMNS) return line;
  return `{\n${names.map((name) => `  ${name},`).join("\n")}\n}`;
}

function assertionLines(calls: readonly ((indent: string) => string)[]): readonly string[] {
  const line = `  assertions: [${calls.map((text) => text("  ")).join(", ")}],`;
  if (line.length <= LIMIT_COLUMNS && !line.includes("\n")) return [line];
  return ["  assertions: [", ...calls.map((text) => `    ${text("    ")},`), "  ],"];
}

function callText(
  { className, options }: Call,
  local: (className: string) => string,
  indent: string,
): string {
  const entries = Object.entries(options).map(([key, value]) => `${key}: ${valueText(value)}`);
  if (entries.length === 0) return `new ${local(className)}()`;
  const line = `new ${local(className)}({ ${entries.join(", ")} })`;
  if (indent.length + line.length < LIMIT_COLUMNS) return line;
  const lines = entries.map((entry) => `${indent}  ${entry},`);
  return `new ${local(className)}({\n${lines.join("\n")}\n${indent}})`;
}

// Options are what JSON holds, which TypeScript writes alike, but for the spaces in a list.
function valueText(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(valueText).join(", ")}]` : JSON.stringify(value);
}
