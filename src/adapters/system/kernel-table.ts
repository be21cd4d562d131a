import { closeSync, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { TableSlice } from "../../ports/kernel-tables.ts";

/** So long nobody else is served, in milliseconds. */
const SLICE_MS = 1;

/** More than is ever read within that time: the kernel gives a page of 4 KiB at a time. */
const SLICE_BYTES = 512 * 1024;

/**
 * Reads a table of the kernel, which gives a page of it at a time: asked for in another thread, each page would wait for its turn
 * there and here, a thousand times where thousands of connections are on their way out.
 *
 * @param path - Of the table.
 * @returns Its content, in slices between which others are served.
 * @throws Whatever the system says when it cannot be read.
 */
export async function* readTable(path: string): AsyncGenerator<TableSlice> {
  const file = openSync(path, "r");
  try {
    for (let isWhole = false; !isWhole;) {
      const slice = readSlice(file);
      yield slice;
      isWhole = slice.isWhole;
      if (!isWhole) await setImmediate();
    }
  } finally {
    closeSync(file);
  }
}

function readSlice(file: number): TableSlice & { readonly isWhole: boolean } {
  const room = Buffer.allocUnsafe(SLICE_BYTES);
  const startedMs = performance.now();
  for (let used = 0; ;) {
    const count = readSync(file, room, used, SLICE_BYTES - used, null);
    used += count;
    const busyMs = performance.now() - startedMs;
    const isOver = count === 0 || used === SLICE_BYTES || busyMs >= SLICE_MS;
    if (isOver) return { bytes: room.subarray(0, used), busyMs, isWhole: count === 0 };
  }
}
