import { closeSync, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";

/** What the kernel wrote, and what reading it took of this thread. */
export interface TableText {
  readonly text: Buffer;
  /** In milliseconds, without what others did meanwhile. */
  readonly busyMs: number;
}

/** So long nobody else is served, in milliseconds. */
const SLICE_MS = 1;

/** Of some 400,000 connections. */
const LIMIT_BYTES = 64 * 1024 * 1024;

const CHUNK_BYTES = 64 * 1024;

/**
 * Reads a table of the kernel, which gives a page of it at a time: asked for in another thread, each page would wait for its turn
 * there and here, a thousand times where thousands of connections are on their way out.
 *
 * @param path - Of the table.
 * @returns Its text, in slices between which others are served; empty where there is no such table. More than 64 MiB are cut.
 */
export async function readTable(path: string): Promise<TableText> {
  const file = open(path);
  if (file === null) return { text: Buffer.alloc(0), busyMs: 0 };
  const parts: Buffer[] = [];
  let busyMs = 0;
  try {
    let bytes = 0;
    let isWhole = false;
    while (!isWhole && bytes < LIMIT_BYTES) {
      const slice = readSlice(file);
      parts.push(...slice.parts);
      for (const part of slice.parts) bytes += part.length;
      busyMs += slice.busyMs;
      isWhole = slice.isWhole;
      await setImmediate();
    }
  } finally {
    closeSync(file);
  }
  return { text: Buffer.concat(parts), busyMs };
}

function readSlice(file: number): {
  readonly parts: readonly Buffer[];
  readonly isWhole: boolean;
  readonly busyMs: number;
} {
  const parts: Buffer[] = [];
  const startedMs = performance.now();
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let used = 0;
    while (used < CHUNK_BYTES / 2) {
      const count = read(file, chunk, used);
      const busyMs = performance.now() - startedMs;
      used += count;
      if (count === 0 || busyMs >= SLICE_MS) {
        parts.push(chunk.subarray(0, used));
        return { parts, isWhole: count === 0, busyMs };
      }
    }
    parts.push(chunk.subarray(0, used));
  }
}

function open(path: string): number | null {
  try {
    return openSync(path, "r");
  } catch {
    return null;
  }
}

// What cannot be read any more ends there: whoever is not in it is not known.
function read(file: number, into: Buffer, offset: number): number {
  try {
    return readSync(file, into, offset, into.length - offset, null);
  } catch {
    return 0;
  }
}
