import { realpathSync, statSync } from "node:fs";
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
  const isFolder = isDirectory(absolute);
  const main = isFolder ? join(absolute, "main.ts") : absolute;
  const folder = dirname(main);
  // Node names files by where they really are: what they are relative to must be named likewise.
  const root = realPath(folder);
  return { main: join(root, basename(main)), root, name: basename(folder) || "project" };
}

// What cannot be looked at is told when it is loaded.
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
