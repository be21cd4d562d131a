import { DeployError } from "../../model/deploy-errors.ts";
import { singleLine } from "../../model/text.ts";
import { reasonOf, systemErrorCode } from "./system-failure.ts";

/** What goes wrong most often with a disk, and how people mend it. */
const FAILURES: ReadonlyMap<string, readonly [reason: string, hint: string]> = new Map([
  ["ENOSPC", ["the disk is full", "make room on it"]],
  ["EDQUOT", ["the quota of the disk is used up", "make room on it, or ask for more"]],
  ["EROFS", ["the file system is read-only", "mount it so that it can be written to"]],
  ["EACCES", ["permission denied", "run Clockwork as a user who may write there"]],
  ["EPERM", ["not permitted", "run Clockwork as a user who may do so, such as root"]],
  ["EEXIST", ["something is there already", "move it away, and try again"]],
  ["EISDIR", ["a directory stands there", "move it away, and try again"]],
  ["ENOTDIR", ["something that is no directory is in the way", "move it away, and try again"]],
  ["ELOOP", ["a link stands there, and links are not followed", "take the link away"]],
  ["ENOENT", ["what it needs has gone meanwhile", "try again"]],
  ["EBUSY", ["it is in use, such as by a mount", "unmount it, and try again"]],
]);

/**
 * Says in words why something could not be done to the disk.
 *
 * @param action - What could not be done, such as `write /etc/motd`.
 * @param error - What was thrown.
 * @returns A {@link DeployError}; what has no code is a bug, and is given back as it is.
 */
export function asDiskFailure(action: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const code = systemErrorCode(error);
  if (code === null || error instanceof DeployError) return error;
  const [reason, hint] = FAILURES.get(code) ?? [null, null];
  const shown = reason === null ? reasonOf(error, code) : `${reason} (${code})`;
  return new DeployError(`cannot ${singleLine(action)}: ${shown}`, { hint, cause: error });
}
