import { realpath } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { Code } from "../../model/codes.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { quoted } from "../../model/wording.ts";
import { sourceOf, type Source } from "../watching/source.ts";

/**
 * Finds the file of a project that somebody else names: only within folders that the settings allow, wherever links lead.
 *
 * @param path - Absolute: a file, or a folder with such a one.
 * @param allowed - Absolute paths of folders.
 * @returns The file.
 * @throws {@link DeployError} When it is outside of them, with the code `path-forbidden`.
 * @throws {@link ConfigurationError} When it is not there.
 */
export async function allowedSource(path: string, allowed: readonly string[]): Promise<Source> {
  if (!isAbsolute(path) || path.includes("\0")) {
    throw wrong("usage-invalid", `the path must be absolute: got ${quoted(path)}`, null);
  }
  const folders = (await Promise.all(allowed.map(realPath))).filter((folder) => folder !== null);
  const real = await realPath(path);
  // Of what is elsewhere, nobody is told whether it is there.
  if (real === null && !isWithin(resolve(path), [...folders, ...allowed])) throw forbidden(path);
  if (real === null) throw wrong("file-missing", `there is nothing at ${quoted(path)}`, null);
  if (!isWithin(real, folders)) throw forbidden(path);
  const source = await sourceOf(real);
  const file = await realPath(source.path);
  if (file === null) {
    const hint = "it takes a main.ts, a services or a task file, or a folder with one";
    throw wrong("project-missing", `there is no project at ${quoted(path)}`, hint);
  }
  if (!isWithin(file, folders)) throw forbidden(path);
  return source;
}

async function realPath(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch {
    return null;
  }
}

function isWithin(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const way = relative(folder, path);
    return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
  });
}

function forbidden(path: string): DeployError {
  return new DeployError(`${quoted(path)} is in no folder that is allowed`, {
    code: "path-forbidden",
    hint: "server.allowedFolders says in which ones projects may be registered",
  });
}

function wrong(code: Code, message: string, hint: string | null): ConfigurationError {
  const place = { file: "", line: null, column: null, property: null };
  return new ConfigurationError([{ code, ...place, message, hint }]);
}
