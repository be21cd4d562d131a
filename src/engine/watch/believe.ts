import type { WatchPolicy } from "../../model/watch-policy.ts";
import type { Look, RepairState, WatchState } from "../../model/watch-state.ts";
import { isFlapping, LIMIT_FLAPPING } from "./flapping.ts";

/** So many errors in a row make what was known too old to be believed. */
export const BLIND_THRESHOLD = 3;

/** Where the window of what counts begins, after an action. */
const WINDOW_START = "|";

/** So many of them may stand among the results that are remembered. */
const LIMIT_MARKERS = 11;

/** What was tried before anything was. */
export const NOTHING_TRIED: RepairState = {
  recent: [],
  attempts: 0,
  tried: [],
  nextAt: null,
  hasGivenUp: false,
  running: null,
  proving: null,
  graceUntil: null,
};

/** One for all that have none: there may be 100,000 of them. */
const NONE: readonly never[] = [];

/**
 * What is believed before the first look.
 *
 * @param resource - The name of the resource.
 * @param specHash - Identifies what is watched.
 * @returns A state in which nothing is known.
 */
export function initialState(resource: string, specHash: string): WatchState {
  return {
    resource,
    health: "unknown",
    sync: "unknown",
    failures: 0,
    passes: 0,
    errors: 0,
    recent: "",
    isFlapping: false,
    since: null,
    lookedAt: null,
    healthySince: null,
    causedBy: null,
    findings: NONE,
    repair: NOTHING_TRIED,
    incidents: NONE,
    expiredAt: null,
    specHash,
  };
}

/**
 * Decides what to believe of a resource after one more look. Pure.
 *
 * Failures in a row make it unhealthy, or so many among the last ones; passes in a row make it healthy again. Errors neither
 * count nor reset. What is conclusive counts at once.
 *
 * @param state - What was believed before.
 * @param look - What was seen.
 * @param policy - How many it takes.
 * @returns The new state; what was tried is none of its concern.
 */
export function believe(state: WatchState, look: Look, policy: WatchPolicy): WatchState {
  const seen = { ...state, sync: syncAfter(state, look), findings: look.findings };
  switch (look.verdict) {
    case "pass":
      return after(state, passed(seen, look, policy), look, policy);
    case "fail":
      return after(state, failed(seen, look, policy), look, policy);
    case "error": {
      const errors = Math.min(seen.errors + 1, BLIND_THRESHOLD);
      const health = errors >= BLIND_THRESHOLD ? "unknown" : seen.health;
      return after(state, { ...seen, errors, health }, look, policy);
    }
    case "skipped":
      return state;
  }
}

/**
 * Tells how long failures do not count after something was started, at the most.
 *
 * @param policy - How long it may take.
 * @returns Milliseconds.
 */
export function graceMs({
  settleMs,
  startupGraceMs,
}: Pick<WatchPolicy, "settleMs" | "startupGraceMs">): number {
  return Math.max(settleMs, startupGraceMs);
}

/**
 * Tells whether failures of something that was just started still do not count.
 *
 * @param repair - When an action was last carried out on it.
 * @param policy - How long it may take.
 * @param at - The time, in milliseconds since 1970-01-01 UTC.
 * @returns True in its grace.
 */
export function isInGrace(
  { graceUntil }: RepairState,
  policy: Pick<WatchPolicy, "settleMs" | "startupGraceMs">,
  at: number,
): boolean {
  // One that ends much later than it can have been set is of before the clock was set back.
  return graceUntil !== null && at < graceUntil && graceUntil <= at + 2 * graceMs(policy);
}

/**
 * Begins to count anew, as after an action: what was counted before says nothing of what is there now.
 *
 * @param state - What was believed.
 * @returns The same belief, with nothing that speaks for changing it.
 */
export function countAfresh(state: WatchState): WatchState {
  const recent =
    state.recent === "" ? "" : `${state.recent}${WINDOW_START}`.replace(/\|+$/u, WINDOW_START);
  return { ...state, failures: 0, passes: 0, errors: 0, recent };
}

// What could not be observed leaves what was known of it as it was.
function syncAfter(state: WatchState, look: Look): WatchState["sync"] {
  return look.sync === "unknown" && look.verdict === "error" ? state.sync : look.sync;
}

function passed(state: WatchState, look: Look, policy: WatchPolicy): WatchState {
  const passes = Math.min(state.passes + 1, policy.recoveryThreshold);
  const isRecovered = state.health !== "unhealthy" || passes >= policy.recoveryThreshold;
  const health = isRecovered ? (look.isDegraded ? "degraded" : "healthy") : "unhealthy";
  const recent = remember(state.recent, "p", policy);
  const causedBy = isRecovered ? null : state.causedBy;
  return { ...state, health, passes, failures: 0, errors: 0, recent, causedBy };
}

function failed(state: WatchState, look: Look, policy: WatchPolicy): WatchState {
  const doesCount = look.isConclusive || !isInGrace(state.repair, policy, look.at);
  if (!doesCount) return { ...state, passes: 0, errors: 0 };
  const failures = Math.min(state.failures + 1, policy.failureThreshold);
  const recent = remember(state.recent, "f", policy);
  const isDown = look.isConclusive || isOver(recent, failures, policy);
  const health = isDown ? "unhealthy" : state.health;
  return { ...state, health, failures, passes: 0, errors: 0, recent };
}

function isOver(recent: string, failures: number, policy: WatchPolicy): boolean {
  const { window } = policy;
  if (window === null) return failures >= policy.failureThreshold;
  const counted = recent.slice(recent.lastIndexOf(WINDOW_START) + 1).slice(-window.of);
  return counted.split("f").length - 1 >= window.failures;
}

// Passes alone are not remembered: most resources never have anything else, and their state stays as it is.
function remember(recent: string, result: "p" | "f", { window }: WatchPolicy): string {
  if (result === "p" && !recent.includes("f")) return "";
  const limit = Math.max(LIMIT_FLAPPING, window?.of ?? 0) + LIMIT_MARKERS;
  return `${recent}${result}`.slice(-limit);
}

// Where nothing changed, the same object says so.
function after(before: WatchState, now: WatchState, { at }: Look, policy: WatchPolicy): WatchState {
  const next: WatchState = {
    ...now,
    isFlapping: isFlapping(now.recent.replaceAll(WINDOW_START, ""), now.isFlapping),
    since: now.health === before.health ? (before.since ?? at) : at,
    // In the future, when the clock was set back: then it counts from now on.
    healthySince: isWellNow(now, policy) ? Math.min(before.healthySince ?? at, at) : null,
  };
  return isSame(before, next) ? before : { ...next, lookedAt: at };
}

// Drift that nobody wants corrected does not keep it from being well.
function isWellNow({ health, sync }: WatchState, { onDrift }: WatchPolicy): boolean {
  const isHealthy = health === "healthy" || health === "degraded";
  const isAway = sync === "drifted" || sync === "missing";
  return isHealthy && (!isAway || onDrift !== "auto_correct");
}

const COMPARED = [
  "health",
  "sync",
  "failures",
  "passes",
  "errors",
  "recent",
  "isFlapping",
  "since",
  "healthySince",
  "causedBy",
] as const;

function isSame(one: WatchState, other: WatchState): boolean {
  if (COMPARED.some((key) => one[key] !== other[key])) return false;
  if (one.findings.length !== other.findings.length) return false;
  return one.findings.every((finding, index) => {
    const now = other.findings[index];
    return finding.name === now?.name && finding.actual === now.actual;
  });
}
