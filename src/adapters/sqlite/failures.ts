import { statSync } from "node:fs";
import { StateError } from "../../model/deploy-errors.ts";
import { hasLog } from "./log-file.ts";

type Failure = readonly [reason: string, hint: string];

const ROOM = "make room, then run the command again";
const OWNER = "see who owns it and its folder, and whether its file system is mounted read-only";

const CANNOT_OPEN = 14;
/** The newest of it stands in the log, which SQLite reads only where it may write. */
const LOCKED_IN_LOG: Failure = [
  "it was not closed, and its log can only be read where its folder may be written",
  "let its folder be written, or copy the whole folder to where it may be",
];

/** Primary result codes of SQLite. */
const OF_SQLITE: ReadonlyMap<number, Failure> = new Map<number, Failure>([
  [5, ["somebody else keeps it busy", "try again, or see clockwork lock status"]],
  [8, ["it may only be read", OWNER]],
  [10, ["the disk failed, or is full", ROOM]],
  [
    11,
    [
      "it is damaged",
      "bring it back from a backup, or move it away and run clockwork import --all",
    ],
  ],
  [13, ["the disk is full", ROOM]],
  [CANNOT_OPEN, ["it cannot be opened", OWNER]],
  [26, ["it is no database", "move it away; clockwork import --all records what is there"]],
]);

/** Codes of the system. */
const OF_SYSTEM: ReadonlyMap<unknown, Failure> = new Map<unknown, Failure>([
  ["ENOSPC", ["the disk is full", ROOM]],
  ["EDQUOT", ["no more may be written to that disk", ROOM]],
  ["EACCES", ["it may not be opened", OWNER]],
  ["EPERM", ["it may not be opened", OWNER]],
  ["EROFS", ["its file system may only be read", OWNER]],
  ["EEXIST", ["its folder is a file", "move that file away"]],
  ["ENOTDIR", ["its folder is a file", "move that file away"]],
]);

/** The extended codes of SQLite have the primary one in their last byte. */
const PRIMARY_MASK = 0xff;

/**
 * Says what went wrong with the state, or with another database of ours, and how to mend it.
 *
 * @param error - What was thrown.
 * @param path - The file.
 * @returns What to throw.
 */
export function stateFailure(error: unknown, path: string): StateError {
  if (error instanceof StateError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  const [reason, hint] = failureOf(cause, path) ?? [null, null];
  const told = reason === null ? cause.message : `${reason} (${cause.message})`;
  return new StateError(`${path} cannot be used: ${told}`, { hint, cause });
}

/**
 * Gives the primary result code of an error of SQLite.
 *
 * @param error - What was thrown.
 * @returns Null for any other error.
 */
export function sqliteCode(error: unknown): number | null {
  return error instanceof Error && "errcode" in error ? Number(error.errcode) & PRIMARY_MASK : null;
}

function failureOf(error: Error, path: string): Failure | undefined {
  if (isDirectory(path)) return ["it is a directory, not a file", "move that directory away"];
  const number = sqliteCode(error);
  if (number === CANNOT_OPEN && mayHaveLog(path)) return LOCKED_IN_LOG;
  if (number !== null) return OF_SQLITE.get(number);
  return "code" in error ? OF_SYSTEM.get(error.code) : undefined;
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function mayHaveLog(path: string): boolean {
  try {
    return hasLog(path);
  } catch {
    return false;
  }
}
