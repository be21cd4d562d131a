import type { Json } from "./json.ts";
import { either, list, record } from "./composite-types.ts";
import { OptionType } from "./option-type.ts";
import { InvalidOption, shownValue } from "./options.ts";

/** One value of a row. */
export type RowValue = string | number | boolean | null;

/** A row that is expected: all its values in order, or some of them by the name of their column. */
export type ExpectedRow = readonly RowValue[] | Readonly<Record<string, RowValue>>;

/** What is compared. */
export interface SeenRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly RowValue[])[];
}

/** Whole numbers, which are compared to the last digit: a number of JavaScript loses those beyond 2^53. */
const INTEGER = /^([+-]?\d+)(?:\.0*)?$/u;

/** Numbers as databases write those that do not fit a number of JavaScript, or have decimals. */
const NUMERAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu;

const LIMIT_NUMERAL_CHARACTERS = 100;
const SHOWN_CHARACTERS = 40;

/**
 * One value of a row.
 *
 * @returns The type.
 */
export function rowValue(): OptionType<RowValue, RowValue> {
  const label = "text, number, true, false or null";
  return new OptionType<RowValue, RowValue>(label, (value) => {
    const isPlain = typeof value === "string" || typeof value === "boolean" || value === null;
    if (isPlain) return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw new InvalidOption(`must be ${label}: got ${shownValue(value)}`);
  });
}

/**
 * A row that is expected: a list of all its values, or an object of some of them.
 *
 * @returns The type.
 */
export function expectedRow(): OptionType<ExpectedRow, ExpectedRow & Json> {
  return either(list(rowValue()), record(rowValue()));
}

/**
 * Tells whether a value is the expected one.
 *
 * Text that is a numeral equals the number, whole ones to the last digit, as databases write many numbers as text; so do true and 1, false and 0, as
 * MySQL and SQLite know no others.
 *
 * @param seen - What the database gave.
 * @param expected - What was expected.
 * @returns True when they are equal.
 */
export function isSameValue(seen: RowValue, expected: RowValue): boolean {
  if (seen === expected) return true;
  if (seen === null || expected === null) return false;
  if (typeof seen === "string" && typeof expected === "string") return false;
  const [one, other] = [asNumber(seen), asNumber(expected)];
  if (one === null || one !== other) return false;
  const [exactOne, exactOther] = [asInteger(seen), asInteger(expected)];
  return exactOne === null || exactOther === null || exactOne === exactOther;
}

/**
 * Finds the first row that is not the expected one.
 *
 * @param seen - What the database gave.
 * @param expected - What was expected, in this order.
 * @returns In words, such as `row 2 is [3, "b"], not [3, "a"]`; null when all are as expected.
 */
export function firstDifference(seen: SeenRows, expected: readonly ExpectedRow[]): string | null {
  const { columns, rows } = seen;
  const count = Math.max(rows.length, expected.length);
  for (let index = 0; index < count; index += 1) {
    const [row, wanted] = [rows[index], expected[index]];
    if (row !== undefined && wanted !== undefined && isSameRow(row, wanted, columns)) continue;
    return `row ${String(index + 1)} ${shownDifference(row, wanted)}`;
  }
  return null;
}

/**
 * Shows a value of a row as JSON, cut when it is long.
 *
 * @param value - The value.
 * @returns Such as `3`, `"b"`, `null`.
 */
export function shownRowValue(value: RowValue): string {
  if (typeof value !== "string" || value.length <= SHOWN_CHARACTERS) return JSON.stringify(value);
  return JSON.stringify(`${value.slice(0, SHOWN_CHARACTERS).toWellFormed()}…`);
}

/**
 * Shows a row, cut when it is long.
 *
 * @param row - The row.
 * @returns Such as `[3, "b"]`, `{ id: 3 }`.
 */
export function shownRow(row: ExpectedRow): string {
  return isList(row)
    ? `[${cutList(row.map(shownRowValue))}]`
    : `{ ${cutList(Object.entries(row).map(([name, value]) => `${name}: ${shownRowValue(value)}`))} }`;
}

function shownDifference(row: ExpectedRow | undefined, wanted: ExpectedRow | undefined): string {
  if (row === undefined) return "is missing";
  return `is ${shownRow(row)}, ${wanted === undefined ? "one too many" : `not ${shownRow(wanted)}`}`;
}

function isSameRow(
  row: readonly RowValue[],
  wanted: ExpectedRow,
  columns: readonly string[],
): boolean {
  if (isList(wanted)) {
    return (
      row.length === wanted.length && row.every((value, index) => matches(value, wanted[index]))
    );
  }
  return Object.entries(wanted).every(([name, value]) => {
    const index = columns.indexOf(name);
    return index !== -1 && matches(row[index], value);
  });
}

function matches(seen: RowValue | undefined, wanted: RowValue | undefined): boolean {
  return seen !== undefined && wanted !== undefined && isSameValue(seen, wanted);
}

function isList(row: ExpectedRow): row is readonly RowValue[] {
  return Array.isArray(row);
}

function asNumber(value: string | number | boolean): number | null {
  if (typeof value !== "string") return Number(value);
  const isNumeral = value.length <= LIMIT_NUMERAL_CHARACTERS && NUMERAL.test(value);
  return isNumeral ? Number(value) : null;
}

// Null for what has no digits to lose, or is written with an exponent.
function asInteger(value: string | number | boolean): bigint | null {
  const digits = INTEGER.exec(String(value))?.[1];
  if (digits === undefined) return null;
  // What people write as a number is as JavaScript has it, whatever digits it shows.
  return BigInt(typeof value === "number" ? value : digits.replace("+", ""));
}

const SHOWN_VALUES = 5;

function cutList(values: readonly string[]): string {
  const shown = values.slice(0, SHOWN_VALUES).join(", ");
  return values.length > SHOWN_VALUES ? `${shown}, …` : shown;
}
