import { lstat, mkdir, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { OutputError } from "../../model/errors.ts";

/** A file to be written where none is. */
export interface NewFile {
  /** Its name within the folder. */
  readonly name: string;
  readonly text: string;
}

/** What became of files that were to be written. */
export interface WrittenFiles {
  readonly written: readonly string[];
  /** Those that were there already, and are as they were. */
  readonly kept: readonly string[];
}

/**
 * Writes files that are not there yet: all of them or none.
 *
 * @param folder - Where to; it is made when it is not there.
 * @param files - Names and texts.
 * @returns Which were written.
 * @throws {@link OutputError} When one cannot be written: what was written before it is gone again.
 */
export async function writeNewFiles(
  folder: string,
  files: readonly NewFile[],
): Promise<WrittenFiles> {
  const kept: string[] = [];
  for (const { name } of files) if (await isThere(join(folder, name))) kept.push(name);
  const missing = files.filter(({ name }) => !kept.includes(name));
  const missingOnes = await missingFolders(resolve(folder));
  const folders: string[] = [];
  const written: string[] = [];
  try {
    // One by one, as Node's own recursion never ends where the file system says that a folder it has just seen is not there.
    for (const path of missingOnes.toReversed()) {
      await mkdir(path);
      folders.unshift(path);
    }
    for (const { name, text } of missing) {
      await writeNew(join(folder, name), text);
      written.push(name);
    }
  } catch (error) {
    await undo(folder, { written, folders });
    throw error instanceof OutputError ? error : new OutputError(folder, error);
  }
  return { written, kept };
}

/**
 * Tells whether a path names anything, a link that leads nowhere included.
 *
 * @param path - The path.
 * @returns False also where nobody may look: writing there will say so.
 */
export async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

// What could be written only in part is removed at once: nobody else can have it open for long.
async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: "wx" });
  } catch (error) {
    const isOurs = !(error instanceof Error && "code" in error && error.code === "EEXIST");
    if (isOurs) await rm(path, { force: true }).catch(() => null);
    throw new OutputError(path, error);
  }
}

// The folder and those above it that do not exist, the deepest first.
async function missingFolders(folder: string): Promise<readonly string[]> {
  const isFound = (await stat(folder).catch(() => null)) !== null;
  if (isFound || dirname(folder) === folder) return [];
  return [folder, ...(await missingFolders(dirname(folder)))];
}

async function undo(
  folder: string,
  {
    written,
    folders,
  }: { readonly written: readonly string[]; readonly folders: readonly string[] },
): Promise<void> {
  for (const name of written) await rm(join(folder, name), { force: true }).catch(() => null);
  // One that somebody else has put something into stays.
  for (const made of folders) await rmdir(made).catch(() => null);
}
