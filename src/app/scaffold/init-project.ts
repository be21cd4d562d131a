import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { isThere, writeNewFiles, type WrittenFiles } from "./new-files.ts";
import { projectFiles } from "./project-files.ts";
import { folderSpecifier, runningPackage } from "./running-package.ts";

/** A project that was written. */
export interface InitializedProject extends WrittenFiles {
  /** The absolute path of its folder. */
  readonly folder: string;
  /** Where its `package.json` finds Clockwork: `file:` and the package that runs, as the name in the registry is not ours. */
  readonly specifier: string;
}

/**
 * Writes a small project that works at once. What is there already is kept as it is.
 *
 * @param folder - Where to; it is made when it is not there. The current one by default.
 * @returns Which files were written.
 * @throws {@link ConfigurationError} When there is a `main.ts`, or the folder is something else.
 * @throws {@link OutputError} When it cannot be written; nothing is left behind.
 */
export async function initProject(folder = "."): Promise<InitializedProject> {
  const absolute = resolve(folder);
  const found = await stat(absolute).catch(() => null);
  if (found !== null && !found.isDirectory()) throw refused(folder, NOT_A_FOLDER);
  if (await isThere(join(absolute, "main.ts"))) throw refused(join(folder, "main.ts"), EXISTS);
  const name = basename(absolute);
  const specifier = folderSpecifier(absolute, runningPackage());
  const files = await writeNewFiles(absolute, projectFiles(name, specifier));
  return { folder: absolute, specifier, ...files };
}

const NOT_A_FOLDER = {
  code: "usage-invalid",
  message: "is not a folder",
  hint: "name a folder, or one that is to be made",
} as const;

const EXISTS = {
  code: "project-exists",
  message: "is there already, and is not overwritten",
  hint: "run clockwork add to add to it, or name another folder",
} as const;

function refused(file: string, problem: typeof NOT_A_FOLDER | typeof EXISTS): ConfigurationError {
  return new ConfigurationError([{ file, line: null, column: null, property: null, ...problem }]);
}
