import { statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { projectPath } from "../project/project-path.ts";
import { isTaskFile } from "../tasks/task-file.ts";

/** A file that says what is watched. */
export interface Source {
  readonly kind: "project" | "services" | "tasks";
  /** Absolute; `-` for standard input. */
  readonly path: string;
  /** The absolute path of its folder, where its state is. */
  readonly root: string;
  /** What the whole is called unless its `clockwork.yaml` says otherwise. */
  readonly name: string;
}

/** Tried in a folder, in this order. */
const FILES = ["main.ts", "services.json", "tasks.yaml", "tasks.yml", "tasks.json"];

/**
 * Finds what a person means: a project, a file of services, or one of tasks.
 *
 * @param named - A file, a folder with such a one, or `-` for services from standard input; the current folder by default.
 * @returns The source, whether the file exists or not.
 */
export async function sourceOf(named = "."): Promise<Source> {
  if (named === "-") return { kind: "services", path: "-", root: process.cwd(), name: "stdin" };
  const path = fileIn(resolve(named));
  const { root, name } = projectPath(path);
  const source = { path: join(root, basename(path)), root, name };
  if (await isTaskFile(path)) return { ...source, kind: "tasks" };
  return { ...source, kind: path.endsWith(".json") ? "services" : "project" };
}

/**
 * Puts sources together that share a folder: they are one project, with one state.
 *
 * @param sources - In any order.
 * @returns By folder.
 */
export function bySharedFolder(sources: readonly Source[]): ReadonlyMap<string, readonly Source[]> {
  return Map.groupBy(sources, ({ root }) => root);
}

function fileIn(path: string): string {
  if (!isThere(path, "folder")) return path;
  const found = FILES.find((file) => isThere(join(path, file), "file"));
  return join(path, found ?? "main.ts");
}

// What cannot be looked at is told when it is read.
function isThere(path: string, what: "file" | "folder"): boolean {
  try {
    const stat = statSync(path);
    return what === "folder" ? stat.isDirectory() : stat.isFile();
  } catch {
    return false;
  }
}
