/** The last millisecond of the year 9999: what ISO 8601 can say without agreement. */
const LAST = 253_402_300_799_999;

/**
 * Writes a moment as the API has it.
 *
 * @param at - Milliseconds since 1970-01-01 UTC; what lies outside of 1970 to 9999 becomes the nearest moment within.
 * @returns In ISO 8601, in UTC: `2026-11-29T12:00:00.000Z`.
 */
export function momentOf(at: number): string {
  const within = Number.isNaN(at) ? 0 : Math.min(Math.max(at, 0), LAST);
  return new Date(within).toISOString();
}

/**
 * Writes a moment that may never come.
 *
 * @param at - Milliseconds since 1970-01-01 UTC, or null.
 * @returns In ISO 8601, or null.
 */
export function momentOrNull(at: number | null): string | null {
  return at === null ? null : momentOf(at);
}
