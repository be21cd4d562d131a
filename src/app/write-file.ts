import { statSync } from "node:fs";
import { chmod, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { ConfigurationError } from "../model/diagnostic.ts";
import { OutputError } from "../model/errors.ts";

/** A file that may be written where none may be put beside it: mounted by itself, or in a folder that is not ours. */
const IN_PLACE: ReadonlySet<unknown> = new Set(["EACCES", "EBUSY", "EPERM", "EROFS", "EXDEV"]);

/**
 * Writes a file so that it is never seen half written: under another name first, then renamed.
 *
 * Where that cannot be done, and for a device or a pipe, what is there is written to as it stands.
 *
 * @param path - Where to; a link is followed.
 * @param text - The whole content.
 * @throws {@link OutputError} When it cannot be written.
 */
export async function writeFileWhole(path: string, text: string): Promise<void> {
  try {
    const target = await realpath(path).catch(() => path);
    const existing = await stat(target).catch(() => null);
    if (existing === null) await replace(target, text, null);
    else if (!existing.isFile()) await writeFile(target, text);
    else {
      await replace(target, text, existing.mode).catch(async (error: unknown) => {
        if (!IN_PLACE.has(codeOf(error))) throw error;
        await writeFile(target, text);
      });
    }
  } catch (error) {
    throw new OutputError(path, error);
  }
}

/**
 * Refuses to write a report over what it was made from.
 *
 * @param output - Where the report should go.
 * @param input - What was read.
 * @throws {@link ConfigurationError} When both are one file.
 */
export function refuseToOverwrite(output: string, input: string): void {
  const [to, from] = [output, input].map((path) => statSync(path, { throwIfNoEntry: false }));
  if (to === undefined || from === undefined || !to.isFile()) return;
  if (to.ino !== from.ino || to.dev !== from.dev) return;
  const place = { line: null, column: null, property: null };
  const message = "--output names the file that is checked, which would be lost";
  const hint = "name another file for the report";
  throw new ConfigurationError([{ code: "usage-invalid", file: output, ...place, message, hint }]);
}

async function replace(target: string, text: string, mode: number | null): Promise<void> {
  const temporary = `${target}.${String(process.pid)}-${Date.now().toString(36)}.tmp`;
  try {
    await writeFile(temporary, text, { flag: "wx" });
    if (mode !== null) await chmod(temporary, mode);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}
