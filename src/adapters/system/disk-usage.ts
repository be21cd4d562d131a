import type { BigIntStats, Dir } from "node:fs";
import { lstat, opendir, stat } from "node:fs/promises";
import { abortReason } from "../../model/abort.ts";
import { ObservationError } from "../../model/errors.ts";
import { singleLine } from "../../model/text.ts";
import { asObservationError, isAbsent } from "./system-failure.ts";

const LIMIT_ENTRIES = 1_000_000;
/** How many directories are read at once, and how many entries of each: few, because Node has four threads for all files. */
const DIRECTORIES_AT_ONCE = 8;
const ENTRIES_AT_ONCE = 16;

/** The unit in which the system counts blocks, whatever the file system. */
const BLOCK_BYTES = 512;

/** What limits a measurement. */
export interface DiskUsageOptions {
  /** Stops between two looks. */
  readonly signal: AbortSignal;
  /** How many entries are counted at most; 1,000,000 by default. */
  readonly limitEntries?: number;
}

/**
 * Adds up what a file or directory takes on the disk, as `du -x` does: blocks, not lengths; hard links once; links inside not
 * followed; other file systems left out. The path itself may be a link, and is followed: a link takes next to nothing, so that
 * a limit on it would always hold.
 *
 * @param path - Absolute.
 * @param options - Signal and limit.
 * @returns Bytes.
 * @throws {@link ObservationError} When a part of it cannot be read, or it holds too many entries.
 * @throws What the system says of the path itself, and the signal's reason.
 */
export async function diskUsageOf(path: string, options: DiskUsageOptions): Promise<number> {
  const stats = await stat(path, { bigint: true });
  const usage = new DiskUsage(path, stats.dev, options);
  // Names need not be UTF-8: Latin-1 takes any bytes there and back.
  usage.count(stats, Buffer.from(path).toString("latin1"));
  await usage.walk();
  return usage.totalBytes();
}

class DiskUsage {
  readonly #root: string;
  readonly #device: bigint;
  readonly #signal: AbortSignal;
  readonly #limitEntries: number;
  readonly #linked = new Set<bigint>();
  readonly #pending: string[] = [];
  #entries = 0;
  #blocks = 0n;

  constructor(root: string, device: bigint, options: DiskUsageOptions) {
    this.#root = root;
    this.#device = device;
    this.#signal = options.signal;
    this.#limitEntries = options.limitEntries ?? LIMIT_ENTRIES;
  }

  totalBytes(): number {
    return Number(this.#blocks) * BLOCK_BYTES;
  }

  count(stats: BigIntStats, path: string): void {
    if (stats.dev !== this.#device) return;
    if (stats.isDirectory()) {
      this.#pending.push(path);
    } else if (stats.nlink > 1n) {
      if (this.#linked.has(stats.ino)) return;
      this.#linked.add(stats.ino);
    }
    this.#blocks += stats.blocks;
  }

  async walk(): Promise<void> {
    while (this.#pending.length > 0) {
      const directories = this.#pending.splice(-DIRECTORIES_AT_ONCE);
      // All of them have ended, and closed what they opened, before the first failure is told.
      const results = await Promise.allSettled(directories.map((each) => this.#readAll(each)));
      const failed = results.find((result) => result.status === "rejected");
      if (failed !== undefined) throw asError(failed.reason);
    }
  }

  async #readAll(path: string): Promise<void> {
    const directory = await this.#open(path);
    if (directory === null) return;
    await using entries = directory;
    for (let names = await nextNames(entries); names.length > 0; names = await nextNames(entries)) {
      this.#entries += names.length;
      this.#throwIfOver();
      await Promise.all(names.map((name) => this.#look(`${path}/${name}`)));
    }
  }

  #throwIfOver(): void {
    if (this.#signal.aborted) throw abortReason(this.#signal);
    if (this.#entries <= this.#limitEntries) return;
    const limit = this.#limitEntries.toLocaleString("en");
    const root = singleLine(this.#root);
    throw new ObservationError(`cannot measure ${root}: it holds more than ${limit} entries`);
  }

  // Null when it is gone meanwhile: what nobody can see any more takes no room.
  async #open(path: string): Promise<Dir | null> {
    try {
      return await opendir(bytesOf(path), { encoding: "latin1" });
    } catch (error) {
      if (isAbsent(error)) return null;
      throw asObservationError(`read ${textOf(path)}`, error);
    }
  }

  async #look(path: string): Promise<void> {
    try {
      this.count(await lstat(bytesOf(path), { bigint: true }), path);
    } catch (error) {
      if (!isAbsent(error)) throw asObservationError(`look at ${textOf(path)}`, error);
    }
  }
}

async function nextNames(directory: Dir): Promise<readonly string[]> {
  const names: string[] = [];
  while (names.length < ENTRIES_AT_ONCE) {
    const entry = await directory.read();
    if (entry === null) break;
    names.push(entry.name);
  }
  return names;
}

function bytesOf(path: string): Buffer {
  return Buffer.from(path, "latin1");
}

function textOf(path: string): string {
  return bytesOf(path).toString("utf8");
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
