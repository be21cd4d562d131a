/** What JSON holds. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** An object of JSON. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/**
 * Tells an object from all else that JSON holds.
 *
 * @param value - Anything.
 * @returns True for an object that is neither null nor a list.
 */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Tells an object that is all in its keys: a map, a date or any instance of a class would lose what it holds as JSON.
 *
 * @param value - Anything.
 * @returns True for what an object literal makes, also one of another realm or without a prototype.
 */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isRecord(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Writes JSON so that equal values give equal text: keys in order, no white space.
 *
 * @param value - Data that JSON holds; what it does not hold is left out.
 * @returns The text.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isRecord(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
