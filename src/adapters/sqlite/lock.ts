import { existsSync, mkdirSync, statSync, writeFileSync, type Stats } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { abortReason } from "../../model/abort.ts";
import { LockHeldError, LockLostError } from "../../model/deploy-errors.ts";
import type { HeldLock, ProjectLock } from "../../ports/project-lock.ts";
import { stateFailure } from "./failures.ts";
import { lockersOf } from "./kernel-locks.ts";
import { describeHolder, readHolder, writeHolder } from "./lock-holder.ts";

/** Where the lock of a project is. */
export interface ProjectLockOptions {
  /** The folder of the project that is ours. */
  readonly folder: string;
}

const POLL_MS = 100;
const BUSY = 5;
const PRIMARY_MASK = 0xff;

/**
 * The lock of a project: an exclusive transaction on a file of its own, `lock.db`. The kernel holds it, so that it is free as
 * soon as its holder is dead. Nothing else in this process may open that file: closing any handle to it drops the lock.
 * Network file systems are no place for it.
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
        const database = tryLock(folder, path);
        if (database !== null) {
          writeHolder(holderPath, command);
          return held(database, path);
        }
        const holder = readHolder(holderPath);
        const leftMs = deadlineMs - performance.now();
        if (leftMs <= 0) throw new LockHeldError(describeHolder(holder));
        if (!isWaiting) onWait?.(holder);
        isWaiting = true;
        await sleep(Math.min(POLL_MS, leftMs), null, { signal }).catch(() => null);
      }
    },
    status: () => {
      const holder = readHolder(holderPath);
      const isHeld = isLocked(path, holder?.pid ?? null);
      return Promise.resolve({ isHeld, holder: isHeld ? holder : null });
    },
  };
}

function tryLock(folder: string, path: string): DatabaseSync | null {
  let database: DatabaseSync | null = null;
  try {
    if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) {
      writeFileSync(join(folder, ".gitignore"), "*\n");
    }
    database = new DatabaseSync(path, { timeout: 0 });
    // In any other mode, who only reads would be let in.
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database?.close();
    if (isBusy(error)) return null;
    throw stateFailure(error, path);
  }
}

function isBusy(error: unknown): boolean {
  return (
    error instanceof Error && "errcode" in error && (Number(error.errcode) & PRIMARY_MASK) === BUSY
  );
}

function held(database: DatabaseSync, path: string): HeldLock {
  const file = statSync(path);
  let isFree = false;
  return {
    verify: () => {
      if (isFree) throw new LockLostError("the lock is not held any more");
      verify(path, file);
    },
    [Symbol.asyncDispose]: () => {
      if (!isFree) database.close();
      isFree = true;
      return Promise.resolve();
    },
  };
}

function verify(path: string, { ino, dev }: Stats): void {
  const now = statSync(path, { throwIfNoEntry: false });
  if (now === undefined) throw new LockLostError(`the lock is lost: ${path} was removed`);
  if (now.ino !== ino || now.dev !== dev) {
    throw new LockLostError(`the lock is lost: ${path} was replaced by another file`);
  }
  // Where the kernel does not tell, the file being the same has to do.
  if (lockersOf(ino)?.includes(process.pid) === false) {
    throw new LockLostError(`the lock is lost: this process has opened and closed ${path}`);
  }
}

// Taking the lock to see whether it is free would get in the way of whoever wants it just then.
function isLocked(path: string, pid: number | null): boolean {
  if (!existsSync(path)) return false;
  const lockers = lockersOf(statSync(path).ino);
  if (lockers !== null) return lockers.length > 0;
  return pid !== null && isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
