import { realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { OutputError } from "../model/errors.ts";

/**
 * Writes a file so that it is never seen half written: under another name first, then renamed.
 *
 * A device or a pipe is written to as it stands.
 *
 * @param path - Where to; a link is followed.
 * @param text - The whole content.
 * @throws {@link OutputError} When it cannot be written; a file that was there before is then untouched.
 */
export async function writeFileWhole(path: string, text: string): Promise<void> {
  try {
    const target = await realpath(path).catch(() => path);
    const existing = await stat(target).catch(() => null);
    if (existing !== null && !existing.isFile()) {
      await writeFile(target, text);
      return;
    }
    const temporary = `${target}.${String(process.pid)}-${Date.now().toString(36)}.tmp`;
    try {
      await writeFile(temporary, text, { flag: "wx", ...(existing && { mode: existing.mode }) });
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw new OutputError(path, error);
  }
}
