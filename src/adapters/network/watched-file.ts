import { closeSync, openSync, readSync, statSync, type Stats } from "node:fs";
import type { Clock } from "../../ports/clock.ts";

/** A look costs some 3 µs, so it is made on the way, and seldom. */
const LOOK_EVERY_MS = 2_000;
/** Further text of a file is not read. */
const LIMIT_BYTES = 16 * 1024 * 1024;

/** A small file of the system, read once and again whenever it has changed. */
export class WatchedFile<T> {
  readonly #path: string;
  readonly #parse: (text: string) => T;
  readonly #clock: Clock;
  #value: T;
  #state = "";
  #lookedMs = -Infinity;

  /**
   * Reads nothing yet.
   *
   * @param path - The file. One that does not exist counts as empty.
   * @param parse - Makes the value out of its text; it must not throw.
   * @param clock - Tells when to look again.
   */
  constructor(path: string, parse: (text: string) => T, clock: Clock) {
    this.#path = path;
    this.#parse = parse;
    this.#clock = clock;
    this.#value = parse("");
  }

  /**
   * What the file says, as of 2 s ago at most.
   *
   * @returns The value. While the file cannot be read, as when too many others are open, what it said before.
   */
  get value(): T {
    const nowMs = this.#clock.elapsedMs();
    if (nowMs - this.#lookedMs >= LOOK_EVERY_MS) {
      this.#lookedMs = nowMs;
      this.#look();
    }
    return this.#value;
  }

  #look(): void {
    try {
      const stats = statSync(this.#path, { throwIfNoEntry: false });
      const state = stats === undefined ? "" : stateOf(stats);
      if (state === this.#state) return;
      this.#value = this.#parse(state === "" ? "" : readText(this.#path));
      this.#state = state;
    } catch {
      // The value of before is the best one there is, and the next look tries again.
    }
  }
}

// Whatever writes or replaces a file changes one of these.
function stateOf(stats: Stats): string {
  return stats.isFile()
    ? `${String(stats.mtimeMs)} ${String(stats.size)} ${String(stats.ino)}`
    : "";
}

function readText(path: string): string {
  const file = openSync(path, "r");
  try {
    const chunks: Buffer[] = [];
    for (let leftBytes = LIMIT_BYTES; leftBytes > 0;) {
      const chunk = Buffer.allocUnsafe(Math.min(leftBytes, 64 * 1024));
      const byteCount = readSync(file, chunk);
      if (byteCount === 0) break;
      chunks.push(chunk.subarray(0, byteCount));
      leftBytes -= byteCount;
    }
    return Buffer.concat(chunks).toString("utf8");
  } finally {
    closeSync(file);
  }
}
