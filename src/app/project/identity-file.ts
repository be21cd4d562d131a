import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { IDENTITY_FILE, identityProblem } from "./identity-text.ts";

const LIMIT_BYTES = 64 * 1024;

/**
 * Reads the file that says who a project is, and what is set for it.
 *
 * @param root - The folder of the project.
 * @returns Its text; null when there is none.
 * @throws {@link ConfigurationError} When it is no file, cannot be read, or is larger than 64 KiB.
 */
export async function readIdentityFile(root: string): Promise<string | null> {
  try {
    // Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
    const flags = constants.O_RDONLY | constants.O_NONBLOCK;
    await using file = await open(join(root, IDENTITY_FILE), flags);
    const found = await file.stat();
    if (!found.isFile()) {
      throw identityProblem({ code: "file-unreadable", message: "must be a file" });
    }
    if (found.size <= LIMIT_BYTES) return await file.readFile("utf8");
    const message = `must be at most ${String(LIMIT_BYTES)} bytes: got ${String(found.size)}`;
    throw identityProblem({ code: "file-too-large", message });
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    if (error instanceof ConfigurationError) throw error;
    throw identityProblem({ code: "file-unreadable", message: messageOf(error) });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}
