import { statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** Where a project is. */
export interface ProjectPath {
  /** The absolute path of its `main.ts`. */
  readonly main: string;
  /** The absolute path of its folder. */
  readonly root: string;
  /** What it is called. */
  readonly name: string;
}

/**
 * Finds a project.
 *
 * @param path - A folder with a `main.ts`, or such a file; the current folder by default.
 * @returns Where it is, whether it exists or not.
 */
export function projectPath(path = "."): ProjectPath {
  const absolute = resolve(path);
  const isFolder = statSync(absolute, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const main = isFolder ? join(absolute, "main.ts") : absolute;
  const root = dirname(main);
  return { main, root, name: basename(root) || "project" };
}
