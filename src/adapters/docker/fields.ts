import { ObservationError } from "../../model/errors.ts";
import { isRecord } from "../../model/json.ts";

/** An object of somebody else's JSON, nothing of which is known yet. */
export type UnknownRecord = Readonly<Record<string, unknown>>;

/**
 * Reads a field that may be missing.
 *
 * @param record - Where it may stand.
 * @param key - Its name.
 * @param is - Tells whether a value is of the type that is expected.
 * @returns Its value; null when it is missing or null.
 * @throws {@link ObservationError} When it is of another type: whoever answers so is not the engine we know.
 */
export function field<T>(
  record: UnknownRecord,
  key: string,
  is: (value: unknown) => value is T,
): T | null {
  const value = Object.hasOwn(record, key) ? record[key] : null;
  if (value === null || value === undefined) return null;
  if (is(value)) return value;
  throw new ObservationError(
    `the container engine's answer makes no sense: ${key} is ${typeof value}`,
  );
}

/**
 * Reads a field that must be there.
 *
 * @param record - Where it must stand.
 * @param key - Its name.
 * @param is - Tells whether a value is of the type that is expected.
 * @returns Its value.
 * @throws {@link ObservationError} When it is missing or of another type.
 */
export function requiredField<T>(
  record: UnknownRecord,
  key: string,
  is: (value: unknown) => value is T,
): T {
  const value = field(record, key, is);
  if (value !== null) return value;
  throw new ObservationError(`the container engine's answer makes no sense: it has no ${key}`);
}

/**
 * Reads an object within an object.
 *
 * @param record - Where it may stand.
 * @param key - Its name.
 * @returns The object; an empty one when it is missing or null.
 * @throws {@link ObservationError} When it is something else.
 */
export function nested(record: UnknownRecord, key: string): UnknownRecord {
  return field(record, key, isRecord) ?? {};
}

/**
 * Reads an object from the text of an answer.
 *
 * @param text - JSON, hopefully.
 * @returns The object.
 * @throws {@link ObservationError} When the text is no JSON, or holds no object.
 */
export function parseRecord(text: string): UnknownRecord {
  const value = parseJson(text);
  if (isRecord(value)) return value;
  throw new ObservationError("the container engine's answer makes no sense: it is no object");
}

/**
 * Reads JSON from the text of an answer.
 *
 * @param text - JSON, hopefully.
 * @returns Whatever it holds.
 * @throws {@link ObservationError} When the text is no JSON.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ObservationError("the container engine's answer makes no sense: it is no JSON", {
      cause: error,
    });
  }
}

/**
 * Tells text from anything else.
 *
 * @param value - Anything.
 * @returns True for text.
 */
export function isText(value: unknown): value is string {
  return typeof value === "string";
}

/**
 * Tells truth values from anything else.
 *
 * @param value - Anything.
 * @returns True for `true` and `false`.
 */
export function isTruth(value: unknown): value is boolean {
  return typeof value === "boolean";
}

/**
 * Tells amounts from anything else. Nanoseconds of processor time may be more than a number holds exactly.
 *
 * @param value - Anything.
 * @returns True for a number of 0 or more.
 */
export function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/**
 * Tells whole numbers from anything else.
 *
 * @param value - Anything.
 * @returns True for a whole number, which may be negative.
 */
export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/**
 * Tells lists from anything else.
 *
 * @param value - Anything.
 * @returns True for a list.
 */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
