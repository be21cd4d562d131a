import { constants } from "node:fs";
import { access, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DeployError } from "../../model/deploy-errors.ts";
import { singleLine } from "../../model/text.ts";
import { isAbsent, reasonOf, systemErrorCode } from "./system-failure.ts";

const PERMISSIONS = 0o7777;

/**
 * Writes a small file so that there is always either the old one or the new one, also after a loss of power. Its folder is made
 * when it is missing.
 *
 * @param path - The file, absolute.
 * @param content - What it holds.
 * @param mode - Its permissions.
 * @throws {@link DeployError} When that is not possible.
 */
export async function writeDurably(
  path: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const temporary = temporaryPath(path);
    // One that was begun before may have other permissions.
    await rm(temporary, { force: true });
    await writeNew(temporary, content, mode);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    throw failure(`write ${path}`, error);
  }
}

/**
 * Takes a file away, and what was begun of it, so that it is gone also after a loss of power.
 *
 * @param path - The file, absolute; one that is not there is none.
 * @throws {@link DeployError} When that is not possible.
 */
export async function eraseDurably(path: string): Promise<void> {
  try {
    await rm(temporaryPath(path), { force: true });
    await rm(path, { force: true });
    await syncFolder(dirname(path));
  } catch (error) {
    if (isAbsent(error)) return;
    throw failure(`remove ${path}`, error);
  }
}

/**
 * Remembers a small file as it is.
 *
 * @param path - The file, absolute; it may be missing.
 * @returns Puts it back as it was.
 * @throws {@link DeployError} When it cannot be read.
 */
export async function keepFile(path: string): Promise<() => Promise<void>> {
  try {
    const { mode } = await stat(path);
    const content = await readFile(path);
    return () => writeDurably(path, content, mode & PERMISSIONS);
  } catch (error) {
    if (isAbsent(error)) return () => eraseDurably(path);
    throw failure(`read ${path}`, error);
  }
}

/**
 * Tells why no file can be written at a path.
 *
 * @param path - The file, absolute; its folder may be missing.
 * @returns In words; null when one can.
 */
export async function writingProblem(path: string): Promise<string | null> {
  const folder = dirname(path);
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const code = systemErrorCode(error) ?? "";
    if (code === "ENOENT" && folder !== "/") return await writingProblem(folder);
    return `cannot write to ${folder}: ${reasonOf(error, code)}`;
  }
}

// Nobody who reads a folder takes it for a file of theirs: it begins with a dot, and ends as none does.
function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.clockwork-new`);
}

async function writeNew(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  await using file = await open(path, "wx", mode);
  // What is created is subject to the mask of this process.
  await file.chmod(mode);
  await file.writeFile(content);
  await file.sync();
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, "r");
  await folder.sync();
}

function failure(action: string, error: unknown): Error {
  const code = systemErrorCode(error);
  if (code === null) return error instanceof Error ? error : new Error(String(error));
  const hint = code === "EACCES" || code === "EPERM" ? "run as a user who may, such as root" : null;
  return new DeployError(`cannot ${singleLine(action)}: ${reasonOf(error, code)}`, {
    hint,
    cause: error,
  });
}
