import { close, constants, fstat, lstat, open, read } from "node:fs";
import { promisify } from "node:util";
import { abortReason } from "../../model/abort.ts";
import { systemErrorCode } from "./system-failure.ts";

const CHUNK_BYTES = 256 * 1024;

/** Neither a link nor a pipe that took the place of the file is opened to any effect. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

const fs = {
  close: promisify(close),
  fstat: promisify(fstat),
  lstat: promisify(lstat),
  open: promisify(open),
  read: promisify(read),
} as const;

/**
 * Reads the beginning of a file, if it is one itself.
 *
 * @param path - The file; a link is none.
 * @param limitBytes - How much is read at most.
 * @param signal - Stops between two reads.
 * @returns The first bytes; null when no file is there.
 * @throws What the system says, and the signal's reason.
 */
export async function readFileItself(
  path: string,
  limitBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  return await withFile(path, async (file, sizeBytes) => {
    const chunks: Buffer[] = [];
    const limit = Math.min(limitBytes, sizeBytes);
    await eachChunk(file, { limitBytes: limit, signal }, (chunk) => {
      chunks.push(Buffer.from(chunk));
    });
    return new Uint8Array(Buffer.concat(chunks));
  });
}

/**
 * Sums up a file of any size, if it is one itself.
 *
 * @param path - The file; a link is none.
 * @param signal - Stops between two reads.
 * @returns The SHA-256 of its content, in lower-case hexadecimal; null when no file is there.
 * @throws What the system says, and the signal's reason.
 */
export async function sha256OfItself(path: string, signal: AbortSignal): Promise<string | null> {
  // Loaded when it is first needed, as it takes 8 ms.
  const { createHash } = await import("node:crypto");
  return await withFile(path, async (file, limitBytes) => {
    const hash = createHash("sha256");
    await eachChunk(file, { limitBytes, signal }, (chunk) => hash.update(chunk));
    return hash.digest("hex");
  });
}

async function withFile<T>(
  path: string,
  work: (file: number, sizeBytes: number) => Promise<T>,
): Promise<T | null> {
  // Looks before it opens: to open a device can have effects.
  if (!(await fs.lstat(path)).isFile()) return null;
  const file = await openItself(path);
  if (file === null) return null;
  try {
    const stats = await fs.fstat(file);
    return stats.isFile() ? await work(file, stats.size) : null;
  } finally {
    await fs.close(file);
  }
}

async function openItself(path: string): Promise<number | null> {
  try {
    return await fs.open(path, FLAGS);
  } catch (error) {
    if (systemErrorCode(error) === "ELOOP") return null;
    throw error;
  }
}

// Each chunk is valid until the next one.
async function eachChunk(
  file: number,
  { limitBytes, signal }: { readonly limitBytes: number; readonly signal: AbortSignal },
  take: (chunk: Buffer) => void,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.min(Math.max(limitBytes, 1), CHUNK_BYTES));
  let leftBytes = limitBytes;
  while (leftBytes > 0) {
    if (signal.aborted) throw abortReason(signal);
    const asked = Math.min(leftBytes, buffer.length);
    const { bytesRead } = await fs.read(file, buffer, 0, asked, null);
    if (bytesRead === 0) return;
    take(buffer.subarray(0, bytesRead));
    leftBytes -= bytesRead;
  }
}
