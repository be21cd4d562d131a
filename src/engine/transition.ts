import type { Health, Verdict } from "../model/verdict.ts";

/** How many verdicts in a row change what is believed of a resource. */
export interface ThresholdPolicy {
  /** Failures in a row that make it `unhealthy`, 1 or more. */
  readonly failureThreshold: number;
  /** Passes in a row that make an unhealthy one `healthy` again, 1 or more. */
  readonly recoveryThreshold: number;
}

/** What is believed of a resource, and what speaks for changing it. */
export interface HealthState {
  readonly health: Health;
  /** Failures in a row; errors in between neither count nor reset. */
  readonly failures: number;
  /** Passes in a row; errors in between neither count nor reset. */
  readonly passes: number;
  /** Errors in a row. */
  readonly errors: number;
}

/** Three failures to be believed down, two passes to be believed up again. */
export const DEFAULT_THRESHOLDS: ThresholdPolicy = { failureThreshold: 3, recoveryThreshold: 2 };

/** So many errors in a row make what was known too old to be believed. */
const BLIND_THRESHOLD = 3;

/** What is believed before the first check. */
export const INITIAL_STATE: HealthState = { health: "unknown", failures: 0, passes: 0, errors: 0 };

/**
 * Decides what to believe after one more verdict.
 *
 * @param state - What was believed before.
 * @param verdict - What the check found.
 * @param policy - How many in a row it takes.
 * @returns The new state; the same one for a check that was skipped.
 */
export function transition(
  state: HealthState,
  verdict: Verdict,
  policy: ThresholdPolicy,
): HealthState {
  switch (verdict) {
    case "pass": {
      const passes = state.passes + 1;
      const isRecovered = state.health !== "unhealthy" || passes >= policy.recoveryThreshold;
      return { health: isRecovered ? "healthy" : "unhealthy", failures: 0, passes, errors: 0 };
    }
    case "fail": {
      const failures = state.failures + 1;
      const isDown = failures >= policy.failureThreshold;
      return { health: isDown ? "unhealthy" : state.health, failures, passes: 0, errors: 0 };
    }
    case "error": {
      const errors = state.errors + 1;
      return { ...state, health: errors >= BLIND_THRESHOLD ? "unknown" : state.health, errors };
    }
    case "skipped":
      return state;
  }
}
