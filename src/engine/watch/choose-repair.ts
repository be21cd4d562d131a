import type { PlannedAction } from "../../model/action.ts";
import { REPAIR_LIMITS, type WatchPolicy } from "../../model/watch-policy.ts";
import type { WatchState } from "../../model/watch-state.ts";

/** What is to be done about a resource. */
export type RepairChoice =
  | { readonly type: "nothing" }
  /** Not before that time, in milliseconds since 1970-01-01 UTC. */
  | { readonly type: "wait"; readonly until: number }
  /** `rung`: its place in the ladder; null for what is none of its steps. */
  | { readonly type: "act"; readonly action: PlannedAction; readonly rung: number | null }
  | { readonly type: "give_up"; readonly reason: string };

/** Makes what is missing or drifted as it was deployed. */
export const RECONCILE: PlannedAction = { action: "reconcile", parameters: {}, attempts: 5 };

const NOTHING: RepairChoice = { type: "nothing" };

const HOUR_MS = 3_600_000;

/**
 * Decides whether and how a resource is repaired now. Pure.
 *
 * A healthy resource is never touched, neither is one whose failure another one causes, nor one that we could not look at. The
 * first attempt is immediate; what comes after waits, and at some point nothing more is tried.
 *
 * @param state - What is believed of it.
 * @param policy - What may be tried.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns What is to be done.
 */
export function chooseRepair(state: WatchState, policy: WatchPolicy, now: number): RepairChoice {
  if (!policy.isReconciled || !mayBeTouched(state)) return NOTHING;
  if (policy.repairMode === "once") return onceAnOutage(state, policy, now);
  const { proving, hasGivenUp, nextAt, recent } = state.repair;
  const step = proving !== null || hasGivenUp ? null : nextStep(state, policy, now);
  if (step === null) return NOTHING;
  if (step.type === "act" && isAhead(nextAt, now)) return { type: "wait", until: nextAt };
  const lately = recent.filter((at) => at > now - HOUR_MS).length;
  if (lately < REPAIR_LIMITS.attemptsPerHour) return step;
  return { type: "give_up", reason: `${String(lately)} attempts within an hour did not help` };
}

// A time that no backoff can have set is one of before the clock was set back.
function isAhead(nextAt: number | null, now: number): nextAt is number {
  return nextAt !== null && nextAt > now && nextAt <= now + 2 * REPAIR_LIMITS.capMs;
}

// Neither what another one causes, nor what we could not look at, nor what is being worked on.
function mayBeTouched({ causedBy, errors, repair }: WatchState): boolean {
  return causedBy === null && errors === 0 && repair.running === null;
}

// A step of the ladder, or the end of it; null when nothing is wrong.
function nextStep(
  state: WatchState,
  policy: WatchPolicy,
  now: number,
): Extract<RepairChoice, { type: "act" | "give_up" }> | null {
  const isAway = state.sync === "missing" || state.sync === "drifted";
  const isDown = state.health === "unhealthy";
  const mayCorrect = policy.onDrift === "auto_correct" || isDown;
  if (isAway && mayCorrect) {
    const isOff = policy.ladder.length === 0 && isDown;
    return isOff ? null : { type: "act", action: RECONCILE, rung: null };
  }
  if (!isDown || policy.ladder.length === 0) return null;
  const rung = policy.ladder.findIndex(
    (step, index) =>
      (state.repair.tried[index] ?? 0) < step.attempts && mayBeTried(step, policy, now),
  );
  const action = policy.ladder[rung];
  if (action !== undefined) return { type: "act", action, rung };
  // Where nothing could be tried in the first place, nobody gives up.
  if (!state.repair.tried.some((count) => count > 0)) return null;
  return { type: "give_up", reason: "everything that may be tried was tried" };
}

// Only what a young version broke is brought back to what was before.
function mayBeTried({ action }: PlannedAction, { revertUntil }: WatchPolicy, now: number): boolean {
  return action !== "revert" || (revertUntil !== null && now < revertUntil);
}

// As tasks have it: at once, and again only when they say so.
function onceAnOutage(
  { health, repair }: WatchState,
  policy: WatchPolicy,
  now: number,
): RepairChoice {
  const [action] = policy.ladder;
  if (health !== "unhealthy" || action === undefined) return NOTHING;
  const act = { type: "act", action, rung: 0 } as const;
  if ((repair.tried[0] ?? 0) === 0) return act;
  if (policy.repeatActionMs === null || repair.nextAt === null) return NOTHING;
  return repair.nextAt > now ? { type: "wait", until: repair.nextAt } : act;
}
