import { HOUR_MS, type HourResult } from "../../model/history-result.ts";
import type { Connection } from "./connection.ts";

/** Keys of histories are the number of an hour, a day or a month, and then that of a resource or a row. */
export const PART = 2 ** 32;

/** The tables of histories that are folded. */
export type FoldedTable = "raw" | "minutes" | "hours" | "days";

/** Results that came together, as one row of the table `fresh`. */
export interface FreshRows {
  /** For each, the number of its resource. */
  readonly owners: Uint32Array;
  /** For each, eight times its milliseconds since the hour began, and its code. */
  readonly times: Uint32Array;
  readonly durations: Uint32Array;
}

const COLUMNS = 3;
const NUMBER_BYTES = 4;
const CODES = 8;

/**
 * Writes rows that came together.
 *
 * @param rows - The rows.
 * @returns Twelve bytes for each.
 */
export function packFresh({ owners, times, durations }: FreshRows): Uint8Array {
  const packed = new Uint32Array(owners.length * COLUMNS);
  packed.set(owners);
  packed.set(times, owners.length);
  packed.set(durations, owners.length * 2);
  return new Uint8Array(packed.buffer);
}

/**
 * Reads rows that came together.
 *
 * @param bytes - What {@link packFresh} gave, or anything else.
 * @returns Null when they are damaged.
 */
export function unpackFresh(bytes: Uint8Array): FreshRows | null {
  if (bytes.length % (COLUMNS * NUMBER_BYTES) !== 0) return null;
  const isAligned = bytes.byteOffset % NUMBER_BYTES === 0;
  const { buffer, byteOffset } = isAligned ? bytes : bytes.slice();
  const packed = new Uint32Array(buffer, byteOffset, bytes.length / NUMBER_BYTES);
  const { length } = packed;
  const third = length / COLUMNS;
  return {
    owners: packed.subarray(0, third),
    times: packed.subarray(third, third * 2),
    durations: packed.subarray(third * 2),
  };
}

/**
 * Puts rows one after the other.
 *
 * @param parts - In their order.
 * @returns All of them.
 */
export function joinFresh(parts: readonly FreshRows[]): FreshRows {
  const size = parts.reduce((sum, { owners }) => sum + owners.length, 0);
  const joined = {
    owners: new Uint32Array(size),
    times: new Uint32Array(size),
    durations: new Uint32Array(size),
  };
  let place = 0;
  for (const { owners, times, durations } of parts) {
    joined.owners.set(owners, place);
    joined.times.set(times, place);
    joined.durations.set(durations, place);
    place += owners.length;
  }
  return joined;
}

/**
 * Puts time and verdict of a result into one number.
 *
 * @param atMs - Since the hour began.
 * @param code - Of the verdict.
 * @returns The number.
 */
export function timeAndCode(atMs: number, code: number): number {
  return atMs * CODES + code;
}

/**
 * Reads one of the rows that came together.
 *
 * @param rows - The rows.
 * @param index - Its place.
 * @returns The result; one that is damaged counts as an error.
 */
export function freshResult(rows: Omit<FreshRows, "owners">, index: number): HourResult {
  const time = rows.times[index] ?? 0;
  return {
    atMs: Math.min(Math.floor(time / CODES), HOUR_MS - 1),
    code: Math.min(time % CODES, CODES / 2),
    duration: rows.durations[index] ?? 0,
  };
}

/**
 * Tells how a resource is called in histories.
 *
 * @param connection - The database.
 * @param name - Its name.
 * @returns Its number; null when it has none.
 */
export function ownerOf(connection: Connection, name: string): number | null {
  const id = connection.get("SELECT id FROM names WHERE name = ?", name)?.["id"];
  return typeof id === "number" ? id : null;
}
