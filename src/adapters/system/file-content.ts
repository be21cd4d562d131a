import { close, constants, open, read, stat } from "node:fs";
import { promisify } from "node:util";
import { abortReason } from "../../model/abort.ts";
import { ObservationError } from "../../model/errors.ts";
import { singleLine } from "../../model/text.ts";
import { fileTypeOf } from "./file-type.ts";

const CHUNK_BYTES = 64 * 1024;
/** Files of /proc and the like do not tell their size; few are larger. */
const UNSIZED_CHUNK_BYTES = 8 * 1024;

/** Never wait for somebody at the other end of a pipe that took the place of the file. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

// The handles of node:fs/promises take twice the time.
const fs = {
  close: promisify(close),
  open: promisify(open),
  read: promisify(read),
  stat: promisify(stat),
} as const;

/**
 * Reads the beginning of a file.
 *
 * @param path - The file; a link is followed.
 * @param limitBytes - How much is read at most.
 * @param signal - Stops between two reads.
 * @returns The first bytes, and whether there are more.
 * @throws {@link ObservationError} When it is no file.
 * @throws What the system says, and the signal's reason.
 */
export async function readBeginning(
  path: string,
  limitBytes: number,
  signal?: AbortSignal,
): Promise<{ readonly bytes: Buffer; readonly isTruncated: boolean }> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  const add = (chunk: Buffer): void => {
    chunks.push(Buffer.from(chunk));
    sizeBytes += chunk.length;
  };
  // One more than asked for shows whether there is more.
  await eachChunk(path, { limitBytes: () => limitBytes + 1, signal }, add);
  const bytes = Buffer.concat(chunks, Math.min(sizeBytes, limitBytes));
  return { bytes, isTruncated: sizeBytes > limitBytes };
}

/**
 * Sums up a file of any size. What is appended meanwhile does not count, so that it ends.
 *
 * @param path - The file; a link is followed.
 * @param signal - Stops between two reads.
 * @returns The SHA-256 of its content, in lower-case hexadecimal.
 * @throws {@link ObservationError} When it is no file.
 * @throws What the system says, and the signal's reason.
 */
export async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  // Loaded when it is first needed, as it takes 8 ms.
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256");
  const limitBytes = (sizeBytes: number): number => (sizeBytes === 0 ? Infinity : sizeBytes);
  await eachChunk(path, { limitBytes, signal }, (chunk) => hash.update(chunk));
  return hash.digest("hex");
}

interface Reading {
  // By the size that the file has when it is opened; 0 for files of /proc, which have an end all the same.
  readonly limitBytes: (sizeBytes: number) => number;
  readonly signal: AbortSignal | undefined;
}

// Each chunk is valid until the next one.
async function eachChunk(
  path: string,
  { limitBytes, signal }: Reading,
  take: (chunk: Buffer) => void,
): Promise<void> {
  // Looks before it opens: to open a device can have effects (a watchdog starts to count).
  const stats = await fs.stat(path);
  if (!stats.isFile()) {
    const message = `a file is needed: ${singleLine(path)} is a ${fileTypeOf(stats)}`;
    throw new ObservationError(message);
  }
  const wantedBytes = stats.size === 0 ? UNSIZED_CHUNK_BYTES : stats.size + 1;
  let leftBytes = limitBytes(stats.size);
  const buffer = Buffer.allocUnsafe(Math.min(leftBytes, wantedBytes, CHUNK_BYTES));
  const file = await fs.open(path, FLAGS);
  try {
    while (leftBytes > 0) {
      if (signal?.aborted === true) throw abortReason(signal);
      const askedBytes = Math.min(leftBytes, buffer.length);
      const { bytesRead } = await fs.read(file, buffer, 0, askedBytes, null);
      take(buffer.subarray(0, bytesRead));
      // A file on a disk gives less than asked for only at its end.
      if (bytesRead === 0 || (stats.size > 0 && bytesRead < askedBytes)) return;
      leftBytes -= bytesRead;
    }
  } finally {
    await fs.close(file);
  }
}
