import type { Verdict } from "./verdict.ts";

/** The result of one look, as history keeps it. */
export interface ResultRow {
  readonly resource: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  readonly verdict: Verdict;
  /** True when it passed, and only warnings did not. */
  readonly isDegraded: boolean;
  /** In milliseconds; null when nobody looked. */
  readonly durationMs: number | null;
}

/** How fine a history is. */
export type Resolution = "minute" | "hour" | "day";

/** Results of one span of time, counted. */
export interface RollUp {
  /** When the span begins, in milliseconds since 1970-01-01 UTC: a full minute, hour or day of UTC. */
  readonly at: number;
  readonly passes: number;
  readonly degraded: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
  /** Of those that have a duration. In milliseconds; null when none has. */
  readonly meanMs: number | null;
  readonly maxMs: number | null;
}

/** How long history is kept. All in milliseconds, but for the last. */
export interface Retention {
  readonly rawMs: number;
  readonly minutesMs: number;
  readonly hoursMs: number;
  readonly daysMs: number;
  /** How large the state may become: raw results go first. */
  readonly limitBytes: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Raw results for a day, minutes for a week, hours for 90 days, days for two years; 2 GiB in all. */
export const DEFAULT_RETENTION: Retention = {
  rawMs: DAY_MS,
  minutesMs: 7 * DAY_MS,
  hoursMs: 90 * DAY_MS,
  daysMs: 730 * DAY_MS,
  limitBytes: 2 * 2 ** 30,
};
