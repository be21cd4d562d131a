import { chmodSync, statSync, type Stats } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { abortReason } from "../../model/abort.ts";
import { LockHeldError, LockLostError, StateError } from "../../model/deploy-errors.ts";
import type { HeldLock, LockHolder, ProjectLock } from "../../ports/project-lock.ts";
import { sqliteCode, stateFailure } from "./failures.ts";
import { makeFolder } from "./folder.ts";
import { lockersOf } from "./kernel-locks.ts";
import { describeHolder, readHolder, writeHolder } from "./lock-holder.ts";

/** Where the lock of a project is. */
export interface ProjectLockOptions {
  /** The folder of the project that is ours. */
  readonly folder: string;
}

const POLL_MS = 100;
const BUSY = 5;
/** So often the file may be replaced while it is being locked. */
const LIMIT_ATTEMPTS = 5;

/**
 * The lock of a project: an exclusive transaction on a file of its own, `lock.db`. The kernel holds it, so that it is free as
 * soon as its holder is dead. Nothing else in this process may open that file: closing any handle to it drops the lock.
 * Network file systems are no place for it.
 *
 * Who holds it is asked of the kernel where it tells (Linux), which disturbs nobody. Elsewhere, the holder that `lock.json`
 * names is taken to hold it as long as a process of that number lives.
 *
 * @param options - Where it is.
 * @returns The lock, not taken yet.
 */
export function projectLock({ folder }: ProjectLockOptions): ProjectLock {
  const path = join(folder, "lock.db");
  const holderPath = join(folder, "lock.json");
  return {
    acquire: async ({ command, timeoutMs = 0, signal, onWait }) => {
      const deadlineMs = performance.now() + timeoutMs;
      let isWaiting = false;
      for (;;) {
        if (signal.aborted) throw abortReason(signal);
        const lock = tryLock(folder, path);
        if (lock !== null) {
          writeHolder(holderPath, command);
          return lock;
        }
        const holder = readHolder(holderPath);
        const leftMs = deadlineMs - performance.now();
        if (leftMs <= 0) throw new LockHeldError(describeHolder(holder));
        if (!isWaiting) onWait?.(holder);
        isWaiting = true;
        await sleep(Math.min(POLL_MS, leftMs), null, { signal }).catch(() => null);
      }
    },
    status: async () => {
      await Promise.resolve();
      return statusOf(path, readHolder(holderPath));
    },
  };
}

function tryLock(folder: string, path: string): HeldLock | null {
  try {
    makeFolder(folder);
    for (let attempts = 0; attempts < LIMIT_ATTEMPTS; attempts += 1) {
      const before = fileAt(path);
      const database = lockedDatabase(path);
      if (database === null) return null;
      const file = fileAt(path);
      // Of a file that is new, or another one by now, nobody can tell whether it is the one that was locked.
      if (before !== null && file !== null && isSame(before, file))
        return held(database, path, file);
      database.close();
      // Whoever may read it may lock it. Not by its handle: closing that would drop a lock that is held by now.
      if (before === null && file !== null) chmodSync(path, 0o600);
    }
  } catch (error) {
    throw stateFailure(error, path);
  }
  throw new StateError(`${path} is replaced all the time: it cannot be locked`);
}

function lockedDatabase(path: string): DatabaseSync | null {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    // In any other mode, who only reads would be let in.
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database?.close();
    if (sqliteCode(error) === BUSY) return null;
    throw error;
  }
}

function held(database: DatabaseSync, path: string, file: Stats): HeldLock {
  // Where the kernel does not tell, or tells it of another file, the file being the same has to do.
  const isListed = isOurs(file);
  let isFree = false;
  return {
    verify: () => {
      if (isFree) throw new LockLostError("the lock is not held any more");
      const now = fileAt(path);
      if (now === null) throw new LockLostError(`the lock is lost: ${path} was removed`);
      if (!isSame(now, file)) {
        throw new LockLostError(`the lock is lost: ${path} was replaced by another file`);
      }
      if (isListed && !isOurs(file)) {
        throw new LockLostError(`the lock is lost: this process has opened and closed ${path}`);
      }
    },
    [Symbol.asyncDispose]: async () => {
      if (!isFree) database.close();
      isFree = true;
      await Promise.resolve();
    },
  };
}

function fileAt(path: string): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null;
}

function isSame(one: Stats, other: Stats): boolean {
  return one.ino === other.ino && one.dev === other.dev;
}

function isOurs({ ino }: Stats): boolean {
  return lockersOf(ino)?.includes(process.pid) === true;
}

// Taking the lock to see whether it is free would get in the way of whoever wants it just then.
function statusOf(
  path: string,
  told: LockHolder | null,
): Awaited<ReturnType<ProjectLock["status"]>> {
  const file = fileAt(path);
  const lockers = file === null ? [] : lockersOf(file.ino);
  if (lockers !== null) {
    // Who has just taken it may not have said so yet, and the one before them is gone.
    const holder = told !== null && lockers.includes(told.pid) ? told : null;
    return { isHeld: lockers.length > 0, holder };
  }
  const holder = told !== null && isAlive(told.pid) ? told : null;
  return { isHeld: holder !== null, holder };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
