import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Makes the folder of a project that is ours, if it is not there. Nobody else may look into it, and none of it is committed.
 *
 * @param folder - Its absolute path.
 */
export function makeFolder(folder: string): void {
  if (mkdirSync(folder, { recursive: true, mode: 0o700 }) === undefined) return;
  writeFileSync(join(folder, ".gitignore"), "*\n");
}
