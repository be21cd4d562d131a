/**
 * A length of time as people write it: a bare number is seconds; text is such as `500ms`, `60s`, `1.5m`, `2h`, `7d`, or
 * several of them from the longest unit to the shortest, such as `1h30m`.
 */
export type Duration = number | string;

/** One optional amount per unit, in the order of {@link UNITS_MS}. */
const AMOUNTS =
  /^(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/u;

const UNITS_MS = [86_400_000, 3_600_000, 60_000, 1_000, 1] as const;

const BARE_NUMBER = /^\d+(?:\.\d+)?$/u;

/** Longer text is no duration that a person wrote. */
const LIMIT_CHARACTERS = 64;

/**
 * Reads a duration.
 *
 * Text that is a bare number is seconds, like a number, because a command line and the environment know only text.
 *
 * @param duration - As a person wrote it.
 * @returns Milliseconds, 0 or more and finite, to the nanosecond; null when it is no duration.
 */
export function durationMs(duration: Duration): number | null {
  const exactMs = typeof duration === "number" ? duration * 1_000 : textMs(duration);
  if (!Number.isFinite(exactMs) || exactMs < 0) return null;
  // 0.07 * 1000 is 70.00000000000001: nobody meant the last digit.
  return Math.abs(Number(exactMs.toFixed(6)));
}

function textMs(text: string): number {
  if (text.length === 0 || text.length > LIMIT_CHARACTERS) return NaN;
  if (BARE_NUMBER.test(text)) return Number(text) * 1_000;
  const amounts = AMOUNTS.exec(text)?.slice(1);
  if (amounts === undefined) return NaN;
  return UNITS_MS.reduce((sumMs, unitMs, index) => sumMs + Number(amounts[index] ?? 0) * unitMs, 0);
}
