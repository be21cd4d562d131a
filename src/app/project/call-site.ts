import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { getCallSites } from "node:util";
import type { SourceLocation } from "../../model/source-location.ts";

/** Deep enough for a declaration in a function of a function. */
const DEPTH = 64;

/**
 * Tells which line of the project is being carried out.
 *
 * @param files - The absolute paths of the project's files that were loaded.
 * @param root - The folder that places are relative to.
 * @returns The innermost one; null when none is.
 */
export function projectCallSite(files: ReadonlySet<string>, root: string): SourceLocation | null {
  for (const { scriptName, lineNumber, columnNumber } of getCallSites(DEPTH)) {
    const path = pathOf(scriptName);
    if (path === null || !files.has(path)) continue;
    return { file: relativePath(root, path), line: lineNumber, column: columnNumber };
  }
  return null;
}

/**
 * Writes a path as it stands in messages and plans: relative, with slashes.
 *
 * @param root - The folder that it is relative to.
 * @param path - An absolute path.
 * @returns Such as `main.ts`, `../shared/checks.ts`.
 */
export function relativePath(root: string, path: string): string {
  return relative(root, path).split(sep).join("/");
}

/**
 * Turns what stack traces call a script into a path.
 *
 * @param script - A URL or a path.
 * @returns Null for what is no file.
 */
export function pathOf(script: string): string | null {
  if (!script.startsWith("file:")) return script.startsWith("/") ? script : null;
  try {
    return fileURLToPath(script.replace(/[?#].*$/u, ""));
  } catch {
    return null;
  }
}
