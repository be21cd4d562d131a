import { watch, type FSWatcher } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";

/** Stands for all that lies directly in a folder. */
export const EVERYTHING: unique symbol = Symbol("everything");

/** What of a folder somebody minds: one name in it, or everything. */
export type FolderPart = string | typeof EVERYTHING;

/** A folder that is watched, and for whom. */
interface WatchedFolder<T> {
  readonly path: string;
  readonly watcher: FSWatcher;
  readonly members: Map<FolderPart, Set<T>>;
  /** Which folder it is; null until that is known. */
  identity: string | null;
}

/** Who hears of folders. */
export interface FolderListener<T> {
  /** Something in it that is minded was written, or has come, gone, or been renamed. */
  readonly onTouch: (member: T, isRenamed: boolean) => void;
  /** The folder itself is not watched any more: it may have gone, or be another one. */
  readonly onLost: (member: T) => void;
}

/** Folders that are watched, one watcher for each, however many mind what is in it. */
export class FolderWatches<T> {
  readonly #limit: number;
  readonly #listener: FolderListener<T>;
  readonly #folders = new Map<string, WatchedFolder<T>>();

  /**
   * Watches nothing yet.
   *
   * @param limit - How many folders at most.
   * @param listener - Who hears.
   */
  constructor(limit: number, listener: FolderListener<T>) {
    this.#limit = limit;
    this.#listener = listener;
  }

  /**
   * Tells whether a folder is watched.
   *
   * @param path - The folder, absolute.
   * @returns False also when it could not be watched any longer.
   */
  has(path: string): boolean {
    return this.#folders.has(path);
  }

  /**
   * Minds something in a folder.
   *
   * @param path - The folder, absolute.
   * @param part - What of it.
   * @param member - Who minds.
   * @returns False when it cannot be watched: not there, too many, the kernel's own limit.
   */
  enter(path: string, part: FolderPart, member: T): boolean {
    const folder = this.#folders.get(path) ?? this.#open(path);
    if (folder === null) return false;
    const members = folder.members.get(part) ?? new Set();
    folder.members.set(part, members.add(member));
    return true;
  }

  /**
   * Does not mind it any more.
   *
   * @param path - The folder.
   * @param part - What of it.
   * @param member - Who minded.
   */
  leave(path: string, part: FolderPart, member: T): void {
    const folder = this.#folders.get(path);
    const members = folder?.members.get(part);
    if (folder === undefined || members === undefined) return;
    members.delete(member);
    if (members.size === 0) folder.members.delete(part);
    if (folder.members.size === 0) this.#close(folder);
  }

  /**
   * Makes sure that the folders that are watched are still those at their paths.
   *
   * @returns Once all have been looked at.
   */
  async verify(): Promise<void> {
    for (const folder of [...this.#folders.values()]) {
      const identity = await identityOf(folder.path);
      if (folder.identity !== null && identity !== folder.identity) this.#lose(folder);
    }
  }

  #open(path: string): WatchedFolder<T> | null {
    if (this.#folders.size >= this.#limit) return null;
    try {
      const own = basename(path);
      const watcher = watch(path, (type, name) => {
        const isRenamed = type === "rename";
        if (name === null || (isRenamed && name === own)) this.#lose(folder);
        else this.#touch(folder, name, isRenamed);
      });
      const folder: WatchedFolder<T> = { path, watcher, members: new Map(), identity: null };
      this.#folders.set(path, folder);
      // It is not tried again at once: whatever is wrong would be so still.
      watcher.on("error", () => {
        this.#close(folder);
      });
      void identityOf(path).then((identity) => {
        folder.identity = identity;
      });
      return folder;
    } catch {
      return null;
    }
  }

  #close(folder: WatchedFolder<T>): void {
    if (this.#folders.get(folder.path) === folder) this.#folders.delete(folder.path);
    folder.watcher.close();
  }

  #touch({ members }: WatchedFolder<T>, name: string, isRenamed: boolean): void {
    const { onTouch } = this.#listener;
    for (const member of [...(members.get(name) ?? [])]) onTouch(member, isRenamed);
    for (const member of [...(members.get(EVERYTHING) ?? [])]) onTouch(member, false);
  }

  #lose(folder: WatchedFolder<T>): void {
    if (this.#folders.get(folder.path) !== folder) return;
    this.#close(folder);
    const members = new Set([...folder.members.values()].flatMap((each) => [...each]));
    for (const member of members) this.#listener.onLost(member);
  }
}

/**
 * Finds the nearest folder above a path that is there.
 *
 * @param path - Absolute.
 * @returns The folder; the root of the file system at the last.
 */
export async function nearestFolder(path: string): Promise<string> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (folder === dirname(folder) || (await isFolder(folder))) return folder;
  }
}

/**
 * Tells whether a path leads to a folder.
 *
 * @param path - Absolute.
 * @returns False also when it cannot be told.
 */
export async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

// The kernel may give the number of what is gone to the next one.
async function identityOf(path: string): Promise<string> {
  return await stat(path).then(
    ({ dev, ino, birthtimeMs }) => `${String(dev)} ${String(ino)} ${String(birthtimeMs)}`,
    () => "",
  );
}
