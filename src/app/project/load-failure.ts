import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import type { Code } from "../../model/codes.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { singleLine } from "../../model/text.ts";
import { pathOf, relativePath } from "./call-site.ts";

/** Where a stack or a header of Node says that something happened: a URL or path, a line, perhaps a column. */
const PLACE = /(?:^|[\s(])((?:file:\/\/)?\/[^\s():]+):(\d+)(?::(\d+))?/gmu;

const LIMIT_CHARACTERS = 2_000;

/** A place in a file of the project. */
interface Place {
  readonly path: string;
  /** 0 when it is not known. */
  readonly line: number;
  readonly column?: number | null;
  /** The text of the line, where it was looked up. */
  readonly text?: string;
}

/**
 * Turns what went wrong while a project was loaded into a problem with its own line.
 *
 * @param error - What was thrown.
 * @param main - The absolute path of the file that was loaded.
 * @param context - The folder that places are relative to, and the files that were loaded.
 * @returns The problem.
 */
export async function describeLoadFailure(
  error: unknown,
  main: string,
  { root, files }: { readonly root: string; readonly files: ReadonlySet<string> },
): Promise<Diagnostic> {
  const place = await placeOf(error, main, files);
  const explained = explain(error);
  const { code, message } = explained;
  const hint = isDecorator(error, place) ? DECORATOR_HINT : explained.hint;
  return {
    code,
    file: relativePath(root, place.path),
    line: place.line === 0 ? null : place.line,
    column: place.column ?? null,
    property: null,
    message: singleLine(message).slice(0, LIMIT_CHARACTERS),
    hint,
  };
}

function explain(error: unknown): Pick<Diagnostic, "message" | "hint"> & { readonly code: Code } {
  if (!(error instanceof Error)) {
    return { code: "project-threw", message: `threw ${shown(error)}`, hint: null };
  }
  const nodeCode = "code" in error ? error.code : null;
  if (nodeCode === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") {
    return {
      code: "project-syntax",
      message: `uses TypeScript that cannot be erased: ${error.message}`,
      hint: hintForSyntax(error.message),
    };
  }
  if (nodeCode === "ERR_INVALID_TYPESCRIPT_SYNTAX" || error instanceof SyntaxError) {
    return { code: syntaxCode(error), message: error.message, hint: null };
  }
  if (nodeCode === "ERR_MODULE_NOT_FOUND" || nodeCode === "ERR_PACKAGE_PATH_NOT_EXPORTED") {
    const hint = "is it installed, and does the import of a file of your own end in .ts?";
    return { code: "project-import", message: withoutPaths(error.message), hint };
  }
  return { code: "project-threw", message: `threw ${error.name}: ${error.message}`, hint: null };
}

function syntaxCode({ message }: Error): Code {
  return message.includes("does not provide an export named") ? "project-import" : "project-syntax";
}

function hintForSyntax(message: string): string {
  if (/enum/iu.test(message)) return "use an object with `as const` and a union of its values";
  if (/parameter propert/iu.test(message)) return "declare the property and assign to it";
  if (/namespace|module/iu.test(message)) return "use a module of its own";
  return "Node erases types and changes nothing else: write what remains as JavaScript";
}

async function placeOf(error: unknown, main: string, files: ReadonlySet<string>): Promise<Place> {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  for (const [, script = "", line = "0", column] of stack.matchAll(PLACE)) {
    const path = pathOf(script);
    if (path === null || !files.has(path)) continue;
    return { path, line: Number(line), column: column === undefined ? null : Number(column) };
  }
  const known =
    error instanceof SyntaxError ? await findSyntaxPlace(files) : importPlace(error, files);
  return known ?? { path: main, line: 0, column: null };
}

// What starts a process takes long to load, and is hardly ever needed.
async function findSyntaxPlace(files: ReadonlySet<string>): Promise<Place | null> {
  const { syntaxPlace } = await import("./syntax-place.ts");
  return syntaxPlace([...files]);
}

const DECORATOR_HINT = "Node runs no decorators: use a wrapper, such as retry(…)(fn)";

function isDecorator(error: unknown, { text = "" }: Place): boolean {
  return error instanceof SyntaxError && /(?:^|[\s(])@[\w$]/u.test(text);
}

const NOT_FOUND = /Cannot find (?:(?:module|package) )?'([^']+)'(?: imported from (\S+))?/u;

// A module that is not found has no line in its stack: the line is the one with the import.
function importPlace(error: unknown, files: ReadonlySet<string>): Place | null {
  const match = error instanceof Error ? NOT_FOUND.exec(error.message) : null;
  if (match === null) return null;
  const [, wanted = "", importer] = match;
  const text = isAbsolute(wanted) ? wanted.slice(wanted.lastIndexOf("/") + 1) : wanted;
  const candidates = importer === undefined ? [...files] : [pathOf(importer) ?? importer];
  const found = candidates.flatMap((path) => {
    const line = lineWith(path, text);
    return line === null ? [] : [{ path, line, column: null }];
  });
  return found[0] ?? null;
}

function lineWith(path: string, text: string): number | null {
  try {
    const lines = readFileSync(path, "utf8").split("\n");
    const index = lines.findIndex(
      (line) => line.includes(text) && /\b(?:import|from|export)\b/u.test(line),
    );
    return index === -1 ? null : index + 1;
  } catch {
    return null;
  }
}

function withoutPaths(message: string): string {
  return message.replace(/ imported from \S+/u, "");
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : typeof value;
}
