import { isRecord } from "../../model/json.ts";
import type { DatabaseValue } from "../../ports/databases.ts";

/** Types of columns in the protocol that hold a day and a time. */
const TIMESTAMP = 7;
const DATETIME = 12;

/**
 * Turns what the driver reads of a value into what JSON holds.
 *
 * Integers are numbers where a number can hold them, `DECIMAL` is text. Days and times are ISO 8601 without a zone: a
 * `TIMESTAMP` is in the time zone of the session, which is the server's. Types that hold bytes (`BLOB`, `BIT`) are hexadecimal,
 * and so is `BINARY` text.
 *
 * @param value - As the driver reads it, with dates and JSON as text.
 * @param type - The number of its column's type.
 * @returns The value.
 */
export function mysqlValue(value: unknown, type: number): DatabaseValue {
  if (typeof value === "string") {
    return type === TIMESTAMP || type === DATETIME ? value.replace(" ", "T") : value;
  }
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  // Points, polygons and vectors; all that is left is NULL.
  return isRecord(value) || Array.isArray(value) ? JSON.stringify(value) : null;
}
