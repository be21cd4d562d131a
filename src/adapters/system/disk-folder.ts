import { close, constants, open } from "node:fs";
import { lstat, opendir, readlink, rename, rm, rmdir, unlink } from "node:fs/promises";
import { promisify } from "node:util";
import { ObservationError } from "../../model/errors.ts";
import { singleLine } from "../../model/text.ts";
import type { Access, DiskEntry, Folder } from "../../ports/disk.ts";
import { asDiskFailure } from "./disk-failure.ts";
import { readFileItself, sha256OfItself } from "./disk-read.ts";
import { giveNewName, makeNewFolder, setFolderAccess, writeNewFile } from "./disk-write.ts";
import { fileTypeOf } from "./file-type.ts";
import { asObservationError, isAbsent, systemErrorCode } from "./system-failure.ts";
import { unlessAborted } from "./unless-aborted.ts";

const MODE_BITS = 0o7777;

/** Holds a folder without a right to read it. Linux alone has this. */
const O_PATH = process.platform === "linux" ? 0o10000000 : constants.O_RDONLY;
const HELD = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;

const fs = { close: promisify(close), open: promisify(open) } as const;

/** What a folder is opened with. */
export interface FolderOptions {
  readonly signal: AbortSignal;
  /** Makes the names in a folder durable. */
  readonly sync: (path: string) => Promise<void>;
}

/**
 * Takes hold of a folder.
 *
 * @param path - Absolute, without links.
 * @param options - Signal, and who makes names durable.
 * @returns Null when there is no such folder.
 * @throws {@link ObservationError} When we may not look, or a link has come to be on the way.
 */
export async function openFolder(path: string, options: FolderOptions): Promise<Folder | null> {
  const { signal } = options;
  const opening = hold(path);
  // Whoever has given up does not close it.
  const held = await unlessAborted(signal, () => opening).catch((error: unknown) => {
    void opening.then(
      (late) => late && fs.close(late.descriptor),
      () => undefined,
    );
    throw asObservationError(`open ${path}`, error);
  });
  return held === null ? null : new SystemFolder(path, held, options);
}

interface Held {
  readonly descriptor: number;
  /** A path to the very folder that is held, where the system has such a thing. */
  readonly base: string;
}

async function hold(path: string): Promise<Held | null> {
  let descriptor: number;
  try {
    descriptor = await fs.open(path, HELD);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
  try {
    return { descriptor, base: await baseOf(path, descriptor) };
  } catch (error) {
    await fs.close(descriptor);
    throw error;
  }
}

// Between finding a folder and opening it, a part of the way may have been exchanged for a link.
async function baseOf(path: string, descriptor: number): Promise<string> {
  const base = `/proc/self/fd/${String(descriptor)}`;
  const real = await readlink(base).catch((error: unknown) => {
    if (isAbsent(error)) return null;
    throw error;
  });
  if (real === null) return path;
  if (real === path) return base;
  throw new ObservationError(
    `${singleLine(path)} was exchanged while it was looked at: it leads to ${singleLine(real)} now`,
  );
}

class SystemFolder implements Folder {
  readonly path: string;
  readonly #held: Held;
  readonly #options: FolderOptions;
  #underWay = 0;
  #isClosed = false;

  constructor(path: string, held: Held, options: FolderOptions) {
    this.path = path;
    this.#held = held;
    this.#options = options;
  }

  look = (name: string): Promise<DiskEntry | null> =>
    this.#look("look at", name, async (path) => {
      const stats = await lstat(path);
      return {
        type: fileTypeOf(stats),
        sizeBytes: stats.size,
        mode: stats.mode & MODE_BITS,
        userId: stats.uid,
        groupId: stats.gid,
        identity: `${String(stats.dev)}:${String(stats.ino)}`,
      };
    });

  read = (name: string, limitBytes: number): Promise<Uint8Array | null> =>
    this.#look("read", name, (path) => readFileItself(path, limitBytes, this.#options.signal));

  sha256 = (name: string): Promise<string | null> =>
    this.#look("read", name, (path) => sha256OfItself(path, this.#options.signal));

  names = async (name: string, limit: number): Promise<readonly string[]> => {
    const found = await this.#look("list", name, async (path) => {
      const names: string[] = [];
      if (limit < 1 || !(await lstat(path)).isDirectory()) return names;
      for await (const entry of await opendir(path)) {
        names.push(entry.name);
        if (names.length >= limit) break;
      }
      return names;
    });
    return found ?? [];
  };

  write = (name: string, bytes: Uint8Array, access: Access): Promise<void> =>
    this.#change("write", name, (path) => writeNewFile(path, bytes, access));

  giveName = (from: string, to: string): Promise<boolean> =>
    this.#change("make", to, (path) => giveNewName(this.#pathOf(from), path));

  replace = (from: string, to: string): Promise<void> =>
    this.#change("write", to, (path) => rename(this.#pathOf(from), path));

  remove = (name: string): Promise<void> =>
    this.#change("remove", name, (path) => unless("ENOENT", () => unlink(path)));

  makeFolder = (name: string, access: Access): Promise<void> =>
    this.#change("make", name, (path) => makeNewFolder(path, access));

  removeFolder = (name: string): Promise<boolean> =>
    this.#change("remove", name, async (path) => {
      try {
        await unless("ENOENT", () => rmdir(path));
        return true;
      } catch (error) {
        if (["ENOTEMPTY", "EEXIST"].includes(systemErrorCode(error) ?? "")) return false;
        throw error;
      }
    });

  removeTree = (name: string): Promise<void> =>
    this.#change("remove", name, (path) => rm(path, { recursive: true, force: true }));

  setAccess = (name: string, access: Access): Promise<void> =>
    this.#change("change the permissions of", name, (path) => setFolderAccess(path, access));

  sync = (): Promise<void> =>
    this.#change("make durable what is in", ".", () => this.#options.sync(this.#held.base));

  [Symbol.asyncDispose] = async (): Promise<void> => {
    this.#isClosed = true;
    await this.#closeIfIdle();
  };

  #pathOf(name: string): string {
    return `${this.#held.base}/${name}`;
  }

  #look<T>(action: string, name: string, work: (path: string) => Promise<T>): Promise<T | null> {
    return this.#do(name, async (path) => {
      try {
        return await work(path);
      } catch (error) {
        if (isAbsent(error)) return null;
        throw asObservationError(`${action} ${this.#shown(name)}`, error);
      }
    });
  }

  #change<T>(action: string, name: string, work: (path: string) => Promise<T>): Promise<T> {
    return this.#do(name, async (path) => {
      try {
        return await work(path);
      } catch (error) {
        throw asDiskFailure(`${action} ${this.#shown(name)}`, error);
      }
    });
  }

  #shown(name: string): string {
    return name === "." ? this.path : `${this.path === "/" ? "" : this.path}/${name}`;
  }

  async #do<T>(name: string, work: (path: string) => Promise<T>): Promise<T> {
    return await unlessAborted(this.#options.signal, async () => {
      if (this.#isClosed) throw new Error("the folder is closed");
      this.#underWay += 1;
      try {
        return await work(this.#pathOf(name));
      } finally {
        this.#underWay -= 1;
        await this.#closeIfIdle();
      }
    });
  }

  // While work is left behind, its number must not come to stand for another folder.
  async #closeIfIdle(): Promise<void> {
    if (this.#isClosed && this.#underWay === 0) await fs.close(this.#held.descriptor);
  }
}

async function unless(code: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (systemErrorCode(error) !== code) throw error;
  }
}
