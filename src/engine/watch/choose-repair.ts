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
  const { proving, hasGivenUp, nextAt } = state.repair;
  const step = proving !== null || hasGivenUp ? null : nextStep(state, policy, now);
  if (step === null) return NOTHING;
  if (step.type === "give_up") return step;
  return isAhead(nextAt, now, REPAIR_LIMITS.capMs)
    ? { type: "wait", until: nextAt }
    : withinBudget(step, state, now);
}

function withinBudget(step: RepairChoice, { repair }: WatchState, now: number): RepairChoice {
  const { attemptsPerHour } = REPAIR_LIMITS;
  const lately = repair.recent.filter((at) => Math.abs(now - at) < HOUR_MS);
  const oldest = lately.at(-attemptsPerHour);
  if (oldest === undefined) return step;
  // What used it up was another outage: ten healthy minutes have ended that, but not the hour.
  if (repair.attempts < attemptsPerHour) return { type: "wait", until: oldest + HOUR_MS };
  const reason = `${String(lately.length)} attempts within an hour did not help`;
  return { type: "give_up", reason };
}

// A time much further ahead than it can have been set is of before the clock was set back.
function isAhead(nextAt: number | null, now: number, longestMs: number): nextAt is number {
  return nextAt !== null && nextAt > now && nextAt <= now + 2 * longestMs;
}

// Neither what another one causes, nor what we could not look at, nor what is being worked on.
function mayBeTouched({ causedBy, errors, repair }: WatchState): boolean {
  return causedBy === null && errors === 0 && repair.running === null;
}

type Step = Extract<RepairChoice, { type: "act" | "give_up" }>;

// What is done about it next; null when nothing is wrong, or nothing may be done.
function nextStep(state: WatchState, policy: WatchPolicy, now: number): Step | null {
  const isAway = state.sync === "missing" || state.sync === "drifted";
  // What passes again is recovering, though that is not believed yet; and failures in a grace do not count.
  const isDown = state.health === "unhealthy" && state.failures > 0;
  // What is missing cannot be restarted. Other drift that nobody wants corrected is left alone, whatever else is wrong.
  const mayCorrect = policy.onDrift === "auto_correct" || (isDown && state.sync === "missing");
  if (isAway && mayCorrect) {
    const isOff = policy.ladder.length === 0 && state.health === "unhealthy";
    return isOff ? null : { type: "act", action: RECONCILE, rung: null };
  }
  return isDown ? nextRung(state, policy, now) : null;
}

// A step of the ladder, or the end of it.
function nextRung({ repair }: WatchState, policy: WatchPolicy, now: number): Step | null {
  const rung = policy.ladder.findIndex(
    (step, index) => (repair.tried[index] ?? 0) < step.attempts && mayBeTried(step, policy, now),
  );
  const action = policy.ladder[rung];
  if (action !== undefined) return { type: "act", action, rung };
  // Where nothing could be tried in the first place, nobody gives up.
  if (!repair.tried.some((count) => count > 0)) return null;
  return { type: "give_up", reason: "everything that may be tried was tried" };
}

// Only what a young version broke is brought back to what was before.
function mayBeTried({ action }: PlannedAction, { revertUntil }: WatchPolicy, now: number): boolean {
  return action !== "revert" || (revertUntil !== null && now < revertUntil);
}

// As tasks have it: at once, and again only when they say so.
function onceAnOutage(
  { health, repair, passes }: WatchState,
  policy: WatchPolicy,
  now: number,
): RepairChoice {
  const [action] = policy.ladder;
  // Once it passes again it is recovering, and is left alone.
  if (health !== "unhealthy" || passes > 0 || action === undefined) return NOTHING;
  const act = { type: "act", action, rung: 0 } as const;
  if ((repair.tried[0] ?? 0) === 0) return act;
  const { repeatActionMs } = policy;
  const { nextAt } = repair;
  if (repeatActionMs === null || nextAt === null) return NOTHING;
  return isAhead(nextAt, now, repeatActionMs) ? { type: "wait", until: nextAt } : act;
}
