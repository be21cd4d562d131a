import { StateError } from "../../model/deploy-errors.ts";

/** Primary result codes of SQLite. */
const REASONS: ReadonlyMap<number, readonly [reason: string, hint: string | null]> = new Map([
  [5, ["somebody else keeps it busy", "try again, or see clockwork lock status"]],
  [8, ["it may only be read", "see who owns it, and whether its file system is mounted read-only"]],
  [10, ["the disk failed, or is full", "make room, then run the command again"]],
  [
    11,
    [
      "it is damaged",
      "bring it back from a backup, or move it away and run clockwork import --all",
    ],
  ],
  [13, ["the disk is full", "make room, then run the command again"]],
  [14, ["it cannot be opened", "see who owns it and its folder"]],
  [26, ["it is no database", "move it away; clockwork import --all records what is there"]],
]);

/** The extended codes of SQLite have the primary one in their last byte. */
const PRIMARY_MASK = 0xff;

/**
 * Says what went wrong with the state, and how to mend it.
 *
 * @param error - What was thrown.
 * @param path - The file.
 * @returns What to throw.
 */
export function stateFailure(error: unknown, path: string): StateError {
  if (error instanceof StateError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  const number = "errcode" in cause ? Number(cause.errcode) & PRIMARY_MASK : null;
  const known = number === null ? undefined : REASONS.get(number);
  if (known !== undefined) {
    const [reason, hint] = known;
    return new StateError(`the state in ${path} cannot be used: ${reason} (${cause.message})`, {
      hint,
      cause,
    });
  }
  const code = "code" in cause ? String(cause.code) : "";
  const hint =
    code === "ENOSPC"
      ? "make room, then run the command again"
      : /^(?:EACCES|EPERM|EROFS)$/u.test(code)
        ? "see who owns the folder, and whether its file system is mounted read-only"
        : null;
  return new StateError(`the state in ${path} cannot be used: ${cause.message}`, { hint, cause });
}
