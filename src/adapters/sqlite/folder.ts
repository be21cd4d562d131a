import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Makes the folder of a project that is ours, if it is not there. Nobody else may look into it, and none of it is committed.
 *
 * @param folder - Its absolute path.
 * @throws Whatever the system says when it cannot be made.
 */
export function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  try {
    // Not `recursive`: on a file system that may only be read, Node would say that the folder above is missing.
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, ".gitignore"), "*\n");
  } catch (error) {
    // Somebody else may have been quicker.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
