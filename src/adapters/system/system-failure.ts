import { getSystemErrorMessage } from "node:util";
import { ObservationError } from "../../model/errors.ts";
import { singleLine } from "../../model/text.ts";

/** What the codes that a look at this machine meets most often mean for the person who reads the report. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "not permitted"],
  ["EIO", "the device or file system failed"],
  ["ELOOP", "links lead in a circle"],
  ["ENAMETOOLONG", "the name is too long"],
  ["EMFILE", "this process has too many files open"],
  ["ENFILE", "this machine has too many files open"],
  ["ENOMEM", "this machine is out of memory"],
  ["EAGAIN", "this machine is short of processes or memory"],
  ["E2BIG", "the arguments and the environment are too long"],
  ["ERR_INVALID_ARG_VALUE", "the name holds a null character"],
]);

/**
 * Finds the code of an error of the system or of Node.
 *
 * @param error - What was thrown.
 * @returns Such as `EACCES`; null when it has none, so that it is a bug of ours.
 */
export function systemErrorCode(error: unknown): string | null {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : null;
  return typeof code === "string" ? code : null;
}

/**
 * Tells whether a look failed because nothing is there.
 *
 * @param error - What was thrown.
 * @returns True also when a part of the path is no directory.
 */
export function isAbsent(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

/**
 * Says in words why we could not look.
 *
 * @param action - What could not be done, such as `read /etc/shadow`.
 * @param error - What was thrown.
 * @returns An {@link ObservationError}; what has no code is a bug, and is given back as it is.
 */
export function asObservationError(action: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const code = systemErrorCode(error);
  if (code === null || error instanceof ObservationError) return error;
  const message = `cannot ${singleLine(action)}: ${reasonOf(error, code)}`;
  return new ObservationError(message, { cause: error });
}

/**
 * Says in words what an error of the system or of Node means.
 *
 * @param error - What was thrown.
 * @param code - Its code.
 * @returns The meaning, with the code at its end: `permission denied (EACCES)`.
 */
export function reasonOf(error: unknown, code: string): string {
  return `${meaningOf(error, code)} (${code})`;
}

function meaningOf(error: unknown, code: string): string {
  const known = MEANINGS.get(code);
  if (known !== undefined) return known;
  if (!(error instanceof Error)) return "an unknown failure";
  const errno: unknown = Reflect.get(error, "errno");
  const isSystem = typeof errno === "number" && Number.isSafeInteger(errno) && errno < 0;
  return isSystem ? getSystemErrorMessage(errno) : singleLine(error.message);
}
