import type { PlannedAction } from "./action.ts";

/** How one resource is watched and kept. All times in milliseconds. */
export interface WatchPolicy {
  readonly intervalMs: number;
  /** From one look to the next while its health is being decided. */
  readonly retryIntervalMs: number;
  readonly failureThreshold: number;
  readonly recoveryThreshold: number;
  /** So many failures among so many of the last results, instead of failures in a row; null for those. */
  readonly window: { readonly failures: number; readonly of: number } | null;
  /** So long after it was started failures do not count. */
  readonly startupGraceMs: number;
  /** So long it may take to hold what is asserted after an action. */
  readonly settleMs: number;
  /** Whether anything is repaired. */
  readonly isReconciled: boolean;
  readonly onDrift: "auto_correct" | "alert" | "ignore";
  /** What is tried, cheapest first; empty when nothing is. */
  readonly ladder: readonly PlannedAction[];
  /** Until when `revert` is among them, in milliseconds since 1970-01-01 UTC; null when it is not. */
  readonly revertUntil: number | null;
  readonly alertOn: readonly ("drift" | "failure" | "gave_up" | "recovery")[];
  /** `ladder`: attempts with backoff and budgets. `once`: the first action, once per outage, as tasks have it. */
  readonly repairMode: "ladder" | "once";
  /** Of `once`: again after so long while it stays unhealthy; null for never. */
  readonly repeatActionMs: number | null;
}

/** What limits repairs: the same for all. */
export const REPAIR_LIMITS = {
  /** The wait before the second attempt; each further one is `factor` times as long, up to the cap. */
  firstBackoffMs: 2_000,
  factor: 3,
  capMs: 300_000,
  attemptsPerHour: 5,
  /** So long healthy, and what was tried is forgotten. */
  stableMs: 600_000,
  /** So long after the version that changed a resource its previous specification may be brought back. */
  revertWithinMs: 900_000,
} as const;
