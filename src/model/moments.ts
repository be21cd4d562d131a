import { shownDuration } from "./shown-duration.ts";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Shows a moment, as short as it can be understood.
 *
 * @param at - Milliseconds since 1970-01-01 UTC.
 * @param now - The time of the moment, likewise.
 * @returns Such as `12:03:10Z` on the same day, `2026-01-02 03:04:05Z` otherwise; `unknown` for what is no moment.
 */
export function momentText(at: number, now: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "unknown";
  const text = date.toISOString().replace("T", " ");
  const shown = text.replace(/\.\d+Z$/u, "Z");
  return Math.floor(at / DAY_MS) === Math.floor(now / DAY_MS) ? shown.slice(-9) : shown;
}

/**
 * Shows how long something takes, no more exactly than anybody wants to know.
 *
 * @param durationMs - Milliseconds, 0 or more.
 * @returns Such as `18s`, `2m5s`, `3h20m`, `4d6h`.
 */
export function spanText(durationMs: number): string {
  const step = durationMs >= DAY_MS ? HOUR_MS : durationMs >= HOUR_MS ? 60_000 : SECOND_MS;
  return shownDuration(Math.round(durationMs / step) * step);
}

/**
 * Shows when something happens.
 *
 * @param at - Milliseconds since 1970-01-01 UTC.
 * @param now - The time of the moment, likewise.
 * @returns Such as `in 18s, at 12:03:10Z`; `now` for what is due.
 */
export function whenText(at: number, now: number): string {
  const leftMs = at - now;
  if (leftMs < SECOND_MS / 2) return "now";
  return `in ${spanText(leftMs)}, at ${momentText(at, now)}`;
}
