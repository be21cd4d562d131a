/** The last moment that a date can be of. */
const LIMIT_MS = 8.64e15;

/**
 * Writes the day of a moment.
 *
 * @param timeMs - In milliseconds since 1970-01-01 UTC.
 * @returns Such as `2026-03-31`, in UTC; `an unknown date` for what is no moment.
 */
export function isoDate(timeMs: number): string {
  if (!(Math.abs(timeMs) <= LIMIT_MS)) return "an unknown date";
  return new Date(timeMs).toISOString().replace(/T.*$/u, "");
}
