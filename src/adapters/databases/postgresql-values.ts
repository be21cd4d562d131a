import type { DatabaseValue } from "../../ports/databases.ts";

// Turns PostgreSQL's text for a value into what is shown.
type Convert = (text: string) => DatabaseValue;

// By the number of the type in `pg_type`, which is the same everywhere; all other types stay text.
const CONVERTERS: ReadonlyMap<number, Convert> = new Map<number, Convert>([
  [16, (text) => text === "t"],
  [17, hexadecimal],
  [20, integer],
  [21, integer],
  [23, integer],
  [26, integer],
  [700, float],
  [701, float],
  [1114, timestamp],
  [1184, timestampWithZone],
]);

/** Characters of `2024-01-02T03:04:05.678Z`; a year of more than four digits makes it longer. */
const ISO_LENGTH = 24;

/**
 * Turns what PostgreSQL sends for a value into what JSON holds.
 *
 * Integers are numbers where a number can hold them, `numeric` is always text. With the settings of our sessions, dates are
 * ISO 8601 already; a `timestamptz` is given in UTC, a `timestamp` without a zone.
 *
 * @param text - The value in text format; null for NULL.
 * @param type - The number of its type.
 * @returns The value.
 */
export function postgresqlValue(text: string | null, type: number): DatabaseValue {
  if (text === null) return null;
  return CONVERTERS.get(type)?.(text) ?? text;
}

function integer(text: string): DatabaseValue {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

// JSON has neither infinity nor NaN.
function float(text: string): DatabaseValue {
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

function hexadecimal(text: string): string {
  return text.replace(/^\\x/u, "");
}

function timestamp(text: string): string {
  return text.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$/u, "$1T$2");
}

// Years beyond 9999, before Christ and infinity are not for ISO 8601, and stay as PostgreSQL writes them.
function timestampWithZone(text: string): string {
  const match =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?([+-]\d\d)(?::?(\d\d))?(?::?(\d\d))?$/u.exec(text);
  if (match === null) return text;
  const [, date = "", time = "", fraction = "", hours = "", minutes = "00", seconds = "00"] = match;
  const sign = hours.startsWith("-") ? -1 : 1;
  const offsetSeconds = Math.abs(Number(hours)) * 3600 + Number(minutes) * 60 + Number(seconds);
  const iso = isoText(Date.parse(`${date}T${time}Z`) - sign * offsetSeconds * 1000);
  return iso.length === ISO_LENGTH ? `${iso.slice(0, 19)}${fraction}Z` : text;
}

function isoText(utcMs: number): string {
  return Number.isNaN(utcMs) ? "" : new Date(utcMs).toISOString();
}
