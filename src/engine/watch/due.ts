import type { WatchPolicy } from "../../model/watch-policy.ts";
import type { WatchState } from "../../model/watch-state.ts";
import { nextDueMs } from "../schedule.ts";
import { BLIND_THRESHOLD, graceMs, isInGrace } from "./believe.ts";

/** The first look at something that has to prove itself; each further one waits half of what has passed. */
const FIRST_PROOF_MS = 100;

/** When a resource was looked at, on a clock that only goes forward. All in milliseconds. */
export interface Turn {
  /** A turn of its schedule, past or present. */
  readonly gridMs: number;
  /** When the last look began. */
  readonly startedMs: number;
  readonly nowMs: number;
}

/**
 * Decides when a resource is looked at next. Pure.
 *
 * @param state - What is believed of it, after its last look.
 * @param policy - How often it is looked at.
 * @param turn - When it was its turn.
 * @param times - The time, and that of the next attempt at a repair; milliseconds since 1970-01-01 UTC.
 * @returns Milliseconds on the clock of the turn.
 */
export function nextLookMs(
  state: WatchState,
  policy: WatchPolicy,
  { gridMs, startedMs, nowMs }: Turn,
  { now, waitUntil }: { readonly now: number; readonly waitUntil: number | null },
): number {
  const regularMs = nextDueMs(gridMs, policy.intervalMs, nowMs);
  const soonMs = [regularMs];
  if (isBeingDecided(state, policy, now)) soonMs.push(startedMs + policy.retryIntervalMs);
  if (state.repair.proving !== null) soonMs.push(nowMs + proofDelayMs(state, policy, now));
  if (waitUntil !== null) soonMs.push(nowMs + (waitUntil - now));
  return Math.max(nowMs, Math.min(...soonMs));
}

// Whether the next look may change what is believed.
function isBeingDecided(state: WatchState, policy: WatchPolicy, now: number): boolean {
  const { health, failures, passes, errors, repair, findings, causedBy } = state;
  // What another one caused may turn out to be its own failure.
  const isFailing = failures > 0 && (health !== "unhealthy" || causedBy !== null);
  const isRecovering = health === "unhealthy" && passes > 0 && passes < policy.recoveryThreshold;
  const isGoingBlind = errors > 0 && errors < BLIND_THRESHOLD;
  const isStarting = isInGrace(repair, policy, now) && findings.length > 0;
  return isFailing || isRecovering || isGoingBlind || isStarting;
}

function proofDelayMs({ repair }: WatchState, policy: WatchPolicy, now: number): number {
  const { graceUntil } = repair;
  const passedMs = graceUntil === null ? 0 : now - (graceUntil - graceMs(policy));
  return Math.min(Math.max(FIRST_PROOF_MS, passedMs / 2), policy.retryIntervalMs);
}
