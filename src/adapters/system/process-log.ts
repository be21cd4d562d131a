import { constants } from "node:fs";
import { mkdir, open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { DeployError } from "../../model/deploy-errors.ts";
import { asObservationError, isAbsent, reasonOf, systemErrorCode } from "./system-failure.ts";

/** How much of a log is kept. */
export interface LogLimits {
  /** Once it holds more, it is rotated. */
  readonly maxBytes: number;
  /** How many older files are kept beside it. */
  readonly keep: number;
}

/** What a program prints may hold what nobody else should read. */
const MODE = 0o600;
const CHUNK_BYTES = 256 * 1024;
/** Nobody may have looked after it for long: so many times its limit is copied at most. */
const COPY_LIMIT = 2;
/** So much of the end of a log is looked at for its last lines. */
const TAIL_BYTES = 64 * 1024;

/** Nobody waits for somebody at the other end of a pipe, and a link that somebody has put there leads nowhere. */
const SAFE = constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Opens a log to append to it; it is made with its folder when it is missing.
 *
 * @param path - Absolute.
 * @returns The file, to be closed.
 * @throws {@link DeployError} When that is not possible.
 */
export async function openLog(path: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | SAFE;
    const file = await open(path, flags, MODE);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    throw new DeployError(`cannot write the log ${path}: it is no file`);
  } catch (error) {
    throw failure(`write the log ${path}`, error);
  }
}

/**
 * Rotates a log that has grown too large, by copying and emptying it. What is printed in between is lost; killed in between,
 * it leaves one copy too many.
 *
 * @param path - Absolute; of one that is far too large, the end is copied.
 * @param limits - How much of it is kept.
 * @throws {@link DeployError} When that is not possible.
 */
export async function rotateLog(path: string, { maxBytes, keep }: LogLimits): Promise<void> {
  try {
    const { size } = await stat(path);
    if (size <= maxBytes) return;
    await using file = await open(path, constants.O_RDWR | SAFE);
    if (!(await file.stat()).isFile()) return;
    if (keep > 0) {
      const copy = `${path}.new`;
      await copyEnd(file, copy, COPY_LIMIT * maxBytes);
      for (let age = keep; age > 1; age -= 1) await moveIfThere(path, age);
      await rename(copy, `${path}.1`);
    }
    await file.truncate(0);
  } catch (error) {
    if (isAbsent(error)) return;
    throw failure(`rotate the log ${path}`, error);
  }
}

/**
 * Reads the end of a log.
 *
 * @param path - Absolute.
 * @param lines - How many lines at most.
 * @returns Its last lines; none when there is no log.
 * @throws {@link ObservationError} When it cannot be read.
 */
export async function tailOf(path: string, lines: number): Promise<readonly string[]> {
  try {
    await using file = await open(path, constants.O_RDONLY | SAFE);
    const stats = await file.stat();
    if (!stats.isFile()) return [];
    const start = Math.max(0, stats.size - TAIL_BYTES);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, start);
    const all = buffer.toString("utf8", 0, bytesRead).replace(/\n$/u, "").split("\n");
    // The first of them may have begun before.
    const whole = start === 0 ? all : all.slice(1);
    return whole.join("") === "" ? [] : whole.slice(-lines);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw asObservationError(`read the log ${path}`, error);
  }
}

async function copyEnd(file: FileHandle, path: string, limitBytes: number): Promise<void> {
  // One that was begun before.
  await rm(path, { force: true });
  await using copy = await open(path, "wx", MODE);
  const { size } = await file.stat();
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let at = Math.max(0, size - limitBytes); at < size;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK_BYTES, size - at), at);
    if (bytesRead === 0) return;
    await copy.writeFile(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}

async function moveIfThere(path: string, age: number): Promise<void> {
  try {
    await rename(`${path}.${String(age - 1)}`, `${path}.${String(age)}`);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

function failure(action: string, error: unknown): Error {
  const code = systemErrorCode(error);
  if (code === null || error instanceof DeployError) {
    return error instanceof Error ? error : new Error(String(error));
  }
  return new DeployError(`cannot ${action}: ${reasonOf(error, code)}`, { cause: error });
}
