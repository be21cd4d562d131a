import type { Explanation } from "../../model/control.ts";
import { REPAIR_LIMITS, type WatchPolicy } from "../../model/watch-policy.ts";
import type { WatchState } from "../../model/watch-state.ts";
import { BLIND_THRESHOLD } from "./believe.ts";
import { chooseRepair, type RepairChoice } from "./choose-repair.ts";
import { momentText, spanText, whenText } from "../../model/moments.ts";

/** What tells which repair comes next. */
export interface RepairOutlook extends Pick<Explanation, "state" | "policy" | "repairs"> {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: number;
  /** False in a maintenance. */
  readonly mayRepair: boolean;
}

/**
 * Tells what is decided next of a resource, and how it is repaired. Pure.
 *
 * @param outlook - What is known of it.
 * @returns Sentences, the most important first; empty when nothing is wrong with it.
 */
export function nextRepair(outlook: RepairOutlook): readonly string[] {
  const { state, mayRepair } = outlook;
  const decisions = nextDecisions(outlook);
  if (!mayRepair) return decisions;
  if (state.repair.running !== null || state.repair.proving !== null) {
    return [underWay(outlook), ...decisions];
  }
  const obstacle = obstacleOf(outlook);
  if (obstacle !== null) return [obstacle, ...decisions];
  const attempt = attemptText(chooseRepair(state, outlook.policy, outlook.now), outlook);
  return [...(attempt === null ? [] : [attempt]), ...decisions];
}

const HOUR_MS = 3_600_000;

function underWay({ state, policy, repairs, now }: RepairOutlook): string {
  const { running, proving, graceUntil, attempts, nextAt } = state.repair;
  const attempt = repairs.find(({ id }) => id === (running ?? proving)) ?? null;
  const number = String(attempt?.attempt ?? attempts);
  const what = `${attempt?.action ?? "a repair"}, attempt ${number},`;
  if (running !== null) {
    const since = attempt === null ? "" : ` since ${momentText(attempt.startedAt, now)}`;
    return `${what} is under way${since}`;
  }
  const failures = Math.max(state.failures, 1);
  const failed = { ...state, failures, repair: { ...state.repair, proving: null } };
  const choice = chooseRepair(failed, policy, Math.max(now, nextAt ?? now));
  const otherwise = choice.type === "act" ? `; otherwise ${choice.action.action} follows` : "";
  return `${what} is done, and has${untilText(graceUntil, now)} to prove itself by its assertions${otherwise}`;
}

function untilText(at: number | null, now: number): string {
  return at !== null && at > now ? ` until ${momentText(at, now)}` : "";
}

// Why nothing is repaired although something is wrong; null when nothing stands in the way.
function obstacleOf({ state, policy, now }: RepairOutlook): string | null {
  const { resource, causedBy, errors, health, sync, repair } = state;
  const isAway = sync === "drifted" || sync === "missing";
  if (errors >= BLIND_THRESHOLD) return "nothing is repaired while it cannot be looked at";
  if (health !== "unhealthy" && !isAway) return null;
  if (causedBy !== null) {
    return `nothing is repaired here: ${causedBy} is at the root of it (clockwork explain ${causedBy})`;
  }
  if (repair.hasGivenUp) return givenUpText(state, now);
  return health === "unhealthy" ? failureObstacle(state, policy) : driftObstacle(resource, policy);
}

function givenUpText({ resource, repair }: WatchState, now: number): string {
  const last = repair.recent.at(-1);
  const since = last === undefined ? "" : `, the last at ${momentText(last, now)}`;
  return (
    `no more is tried: given up after ${counted(repair.attempts, "attempt")}${since}; ` +
    `clockwork repair ${resource} tries again, as do a new version and ten healthy minutes`
  );
}

function failureObstacle({ resource, repair }: WatchState, policy: WatchPolicy): string | null {
  const { isReconciled, ladder, repairMode, repeatActionMs } = policy;
  if (!isReconciled) return `nothing is repaired: reconcile is off for ${resource}`;
  const [first] = ladder;
  if (first === undefined) return "nothing is repaired: no action may be tried";
  const isThrough = repairMode === "once" && repeatActionMs === null && repair.attempts > 0;
  return isThrough
    ? `${first.action} was carried out once, and is not again before it is well`
    : null;
}

function driftObstacle(
  resource: string,
  { onDrift, isReconciled }: Pick<WatchPolicy, "onDrift" | "isReconciled">,
): string | null {
  if (onDrift === "auto_correct" && isReconciled) return null;
  const why = isReconciled ? `onDrift is ${onDrift}` : "reconcile is off";
  return `it is not corrected: ${why}; clockwork repair ${resource} does so once`;
}

function attemptText(choice: RepairChoice, outlook: RepairOutlook): string | null {
  const { state, policy, now } = outlook;
  const { at, then } = afterWaiting(choice, outlook);
  if (then.type === "give_up") {
    return at === now
      ? `gives up at its next look: ${then.reason}`
      : `gives up ${whenText(at, now)}: ${then.reason}`;
  }
  if (then.type !== "act") {
    return state.health === "unhealthy" ? "nothing is repaired: no action may be tried now" : null;
  }
  const { action } = then.action;
  if (policy.repairMode === "once") return `next, ${action}, ${whenText(at, now)}`;
  const later = then.rung === null ? [] : laterSteps(outlook, then.rung);
  const steps = later.length === 0 ? "" : `; after that ${later.join(", then ")}`;
  return `next attempt, ${action}, ${whenText(at, now)}${steps}; ${budgetText(state, at)}`;
}

// The backoff, and after it the budget of the hour: never more waits than these two.
function afterWaiting(
  choice: RepairChoice,
  { state, policy, now }: RepairOutlook,
): { readonly at: number; readonly then: RepairChoice } {
  let at = now;
  let then = choice;
  for (let waits = 0; then.type === "wait" && waits < 2; waits += 1) {
    at = Math.max(now, then.until);
    then = chooseRepair(state, policy, at);
  }
  return { at, then };
}

// The rungs above that have attempts left; the present one again when it has more than one.
function laterSteps({ state, policy, now }: RepairOutlook, rung: number): readonly string[] {
  const { ladder, revertUntil } = policy;
  return ladder.flatMap(({ action, attempts }, index) => {
    const left = attempts - (state.repair.tried[index] ?? 0) - (index === rung ? 1 : 0);
    const isOver = action === "revert" && (revertUntil === null || revertUntil <= now);
    if (index < rung || left <= 0 || isOver) return [];
    return [index === rung ? `${action} again` : action];
  });
}

function budgetText({ repair }: WatchState, at: number): string {
  const made = repair.recent.filter((time) => time > at - HOUR_MS).length;
  const most = String(REPAIR_LIMITS.attemptsPerHour);
  return made === 0
    ? `gives up after ${most} within an hour`
    : `gives up after ${most} within an hour (${String(made)} made)`;
}

// What one or a few more results would change.
function nextDecisions({ state, policy, now, mayRepair }: RepairOutlook): readonly string[] {
  const { health, failures, passes, errors } = state;
  const decisions: string[] = [];
  if (errors > 0 && errors < BLIND_THRESHOLD) {
    const more = BLIND_THRESHOLD - errors;
    decisions.push(`${more === 1 ? "one more error" : "two more errors"} in a row: it is unknown`);
  }
  if (health === "unhealthy" && passes > 0) {
    const more = counted(Math.max(1, policy.recoveryThreshold - passes), "more pass");
    decisions.push(`${more} in a row: it is healthy again`);
  }
  if (health !== "unhealthy" && failures > 0) {
    const down = chooseRepair({ ...state, health: "unhealthy", errors: 0 }, policy, now);
    const follows =
      mayRepair && down.type === "act" ? `, and ${down.action.action} is tried at once` : "";
    decisions.push(`${untilDown(state, policy)}: it is unhealthy${follows}`);
  }
  return decisions;
}

function untilDown({ failures, recent }: WatchState, policy: WatchPolicy): string {
  const { window, failureThreshold } = policy;
  if (window === null) {
    return `${counted(Math.max(1, failureThreshold - failures), "more failure")} in a row`;
  }
  const counting = recent.slice(recent.lastIndexOf("|") + 1).slice(-window.of);
  const seen = counting.split("f").length - 1;
  return `${counted(Math.max(1, window.failures - seen), "more failure")} among the last ${String(window.of)} looks`;
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
}

/**
 * Tells when what was tried is forgotten.
 *
 * @param state - What is believed.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns One sentence; null when nothing was tried, or it is not well.
 */
export function forgettingText({ repair, healthySince }: WatchState, now: number): string | null {
  if (healthySince === null || repair.attempts === 0) return null;
  const { stableMs } = REPAIR_LIMITS;
  const when = whenText(healthySince + stableMs, now);
  const tried = counted(repair.attempts, "attempt");
  return `what was tried (${tried}) is forgotten ${when}, after ${spanText(stableMs)} without a failure`;
}
