import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { pathOf } from "./call-site.ts";

/** Where in the files of a project something went wrong. */
export interface FailurePlace {
  /** The absolute path of the file. */
  readonly path: string;
  /** Counted from 1; null when it is not known. */
  readonly line: number | null;
  /** Counted from 1; null when it is not known. */
  readonly column: number | null;
  /** The line itself; empty when it is not known. */
  readonly text: string;
  /** True when code of the project was being carried out, so that it was no parser that complained. */
  readonly isThrown: boolean;
}

/**
 * Finds where something went wrong while a project was loaded: in its stack, or by looking for what it is about.
 *
 * @param error - What was thrown.
 * @param files - The absolute paths of the project's files that were loaded.
 * @returns Null when it is not to be found.
 */
export async function placeOfFailure(
  error: unknown,
  files: ReadonlySet<string>,
): Promise<FailurePlace | null> {
  if (!(error instanceof Error)) return null;
  const known = stackPlace(error.stack ?? "", files) ?? importPlace(error.message, files);
  if (known !== null || !(error instanceof SyntaxError)) return known;
  // What starts a process takes long to load, and is hardly ever needed.
  const { syntaxPlace } = await import("./syntax-place.ts");
  const found = syntaxPlace([...files]);
  return found === null ? null : { ...found, column: null, isThrown: false };
}

const FRAME = /^\s*at\s/u;

// Node names a file by its path or by its URL, before a line of code as well as in the frames of a stack.
function stackPlace(stack: string, files: ReadonlySet<string>): FailurePlace | null {
  const names = [...files].flatMap((path) => [
    { path, name: `${pathToFileURL(path).href}:` },
    { path, name: `${path}:` },
  ]);
  for (const row of stack.split("\n")) {
    for (const { path, name } of names) {
      const place = placeIn(row, name);
      if (place === null) continue;
      const text = lineOf(path, place.line);
      return { path, ...place, text, isThrown: FRAME.test(row) };
    }
  }
  return null;
}

function placeIn(
  row: string,
  name: string,
): (Pick<FailurePlace, "column"> & { line: number }) | null {
  const start = row.indexOf(name);
  if (start === -1 || !/^$|[\s(/]$/u.test(row.slice(0, start))) return null;
  const [, line, column] = /^(\d+)(?::(\d+))?/u.exec(row.slice(start + name.length)) ?? [];
  if (line === undefined) return null;
  return { line: Number(line), column: column === undefined ? null : Number(column) };
}

const NOT_FOUND = /Cannot find (?:(?:module|package) )?'([^']+)'(?: imported from (.+))?/u;
const UNUSABLE = /(?:import '|Module ")([^'"]+)['"](?:.* imported from (.+))?/u;

// A module that is not found has no line in its stack: the line is the one with the import.
function importPlace(message: string, files: ReadonlySet<string>): FailurePlace | null {
  const match = NOT_FOUND.exec(message) ?? UNUSABLE.exec(message);
  if (match === null) return null;
  const [, wanted = "", importer] = match;
  const text = /^(?:\/|file:)/u.test(wanted) ? basename(wanted) : wanted;
  const candidates = importer === undefined ? [...files] : [pathOf(importer) ?? importer];
  for (const path of candidates) {
    const line = importLine(path, text);
    if (line !== null) {
      return { path, line, column: null, text: lineOf(path, line), isThrown: false };
    }
  }
  return null;
}

function importLine(path: string, text: string): number | null {
  const index = linesOf(path).findIndex(
    (line) => line.includes(text) && /\b(?:import|from|export)\b/u.test(line),
  );
  return index === -1 ? null : index + 1;
}

function lineOf(path: string, line: number): string {
  return linesOf(path)[line - 1] ?? "";
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return [];
  }
}
