import { StateError } from "../../model/deploy-errors.ts";
import { isRecord } from "../../model/json.ts";

/** Tells whether a value is enough for whoever reads it not to stumble. */
export type Check = (value: unknown) => boolean;

/**
 * Reads a document.
 *
 * @param text - The document, as JSON.
 * @param row - Where it stands, for the message.
 * @param isWhole - Whether it can be used.
 * @returns The document.
 * @throws {@link StateError} When it is damaged.
 */
export function readDocument<T>(
  text: string,
  row: string,
  isWhole: (value: unknown) => value is T,
): T {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw damaged(row);
  }
  if (isWhole(document)) return document;
  throw damaged(row);
}

/**
 * Says that a part of the state cannot be read, and what to do about it.
 *
 * @param row - Where it stands: `resource web`.
 * @returns What to throw.
 */
export function damaged(row: string): StateError {
  return new StateError(`the state is damaged: ${row} cannot be read`, {
    hint: "bring .clockwork/state.db back from a backup, or move it away and run clockwork import --all",
  });
}

/**
 * Checks for text.
 *
 * @param value - Anything.
 * @returns True when it is.
 */
export function isText(value: unknown): boolean {
  return typeof value === "string";
}

/**
 * Checks for a number.
 *
 * @param value - Anything.
 * @returns True when it is.
 */
export function isNumber(value: unknown): boolean {
  return typeof value === "number";
}

/**
 * Checks for a whole number.
 *
 * @param value - Anything.
 * @returns True when it is.
 */
export function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value);
}

/**
 * Checks for yes or no.
 *
 * @param value - Anything.
 * @returns True when it is.
 */
export function isFlag(value: unknown): boolean {
  return typeof value === "boolean";
}

/**
 * Makes a check of objects.
 *
 * @param keys - What each key must hold.
 * @returns The check; further keys do not matter.
 */
export function shape(keys: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(keys);
  return (value) =>
    isRecord(value) &&
    checks.every(([key, check]) => Object.hasOwn(value, key) && check(value[key]));
}

/**
 * Makes a check of lists.
 *
 * @param check - What each part must be.
 * @returns The check.
 */
export function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every((part) => check(part));
}

/**
 * Makes a check of what may be missing.
 *
 * @param check - What it must be otherwise.
 * @returns The check.
 */
export function orNull(check: Check): Check {
  return (value) => value === null || check(value);
}

/**
 * Makes a check of words.
 *
 * @param words - Those that may stand there.
 * @returns The check.
 */
export function oneOf(words: readonly string[]): Check {
  return (value) => typeof value === "string" && words.includes(value);
}
