import type { Incident, RepairAttempt } from "../../model/incident.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";
import type { RepairState, WatchState } from "../../model/watch-state.ts";
import type { WatchChange, WatchSnapshot } from "../../ports/watch-store.ts";
import { initialState, NOTHING_TRIED } from "./believe.ts";
import type { Subject } from "./subject.ts";

/** What watching a resource begins with. */
export interface Beginning {
  readonly state: WatchState;
  readonly incidents: readonly Incident[];
  readonly attempt: RepairAttempt | null;
  /** What is to be stored of it. */
  readonly changes: readonly WatchChange[];
}

/** What is stored, as it is looked up for each resource. */
export interface Stored extends Pick<WatchSnapshot, "states"> {
  readonly incidents: ReadonlyMap<string, readonly Incident[]>;
  readonly repairs: ReadonlyMap<string, readonly RepairAttempt[]>;
}

/** One for all who have none: there may be 100,000 of them. */
const NONE: readonly never[] = [];

/**
 * Sorts what is stored by resource.
 *
 * @param snapshot - What is stored.
 * @returns The same, to be looked up.
 */
export function storedByResource({ states, incidents, repairs }: WatchSnapshot): Stored {
  return {
    states,
    incidents: Map.groupBy(incidents, ({ resource }) => resource),
    repairs: Map.groupBy(repairs, ({ resource }) => resource),
  };
}

/**
 * Decides what watching a resource begins with: with what is stored of it, after a crash as well as after a stop. An action that
 * was under way was interrupted. Pure.
 *
 * @param subject - What is watched.
 * @param known - What is stored.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns What is believed, and what is to be stored.
 */
export function startingState(subject: Subject, known: Stored, now: number): Beginning {
  const { name } = subject;
  const stored = known.states.get(name);
  const incidents = known.incidents.get(name) ?? NONE;
  const ids = incidents.length === 0 ? NONE : incidents.map(({ id }) => id);
  const before = changedState(stored ?? initialState(name, subject.specHash), subject, now);
  const { repair, attempt, interrupted } = goingOn(before.repair, known.repairs.get(name) ?? NONE);
  const state = { ...before, repair, incidents: ids, expiredAt: null };
  const isOther = stored !== undefined && stored.specHash !== state.specHash;
  const wasExpired = stored !== undefined && stored.expiredAt !== null;
  const hasChanged = isOther || wasExpired || interrupted.length > 0;
  return {
    state,
    incidents,
    attempt,
    changes: [
      ...interrupted.map((each) => interruption(each, now)),
      ...(hasChanged ? [{ type: "put-watch", state } as const] : []),
    ],
  };
}

// Only what was done, and has to prove itself, goes on. The same object where nothing was under way.
function goingOn(
  repair: RepairState,
  attempts: readonly RepairAttempt[],
): Pick<Beginning, "attempt"> & {
  readonly repair: RepairState;
  readonly interrupted: readonly RepairAttempt[];
} {
  const attempt = attempts.find(({ id }) => id === repair.proving) ?? null;
  const proving = attempt?.id ?? null;
  const isAtRest = repair.running === null && repair.proving === proving;
  return {
    attempt,
    repair: isAtRest ? repair : { ...repair, running: null, proving },
    interrupted: attempts.filter((each) => each !== attempt),
  };
}

/**
 * Ends an attempt that was under way when Clockwork was stopped.
 *
 * @param attempt - The attempt.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns What is to be stored.
 */
export function interruption(attempt: RepairAttempt, now: number): WatchChange {
  const detail = "Clockwork was stopped";
  const repair = { ...attempt, outcome: "interrupted", endedAt: now, detail } as const;
  return { type: "put-repair", repair };
}

/**
 * Decides what is believed of a resource that is watched in another way from now on, or is another one. Pure.
 *
 * @param state - What is believed so far.
 * @param subject - What is watched from now on.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns The same where the resource is; otherwise nothing that was counted or tried counts any more, but for an attempt that
 *   has not ended: it may be what made it another one.
 */
export function changedState(
  state: WatchState,
  { specHash, startedAt, policy }: Subject,
  now: number,
): WatchState {
  const isSame = state.specHash === specHash;
  const graceUntil = graceOf(startedAt, policy, now);
  const repair = isSame ? state.repair : onlyUnderWay(state.repair);
  // It may have been started again since.
  const isLater = graceUntil !== null && graceUntil > (repair.graceUntil ?? 0);
  if (isSame && !isLater) return state;
  const counted = isSame ? {} : { failures: 0, passes: 0, errors: 0, recent: "" };
  const graced = isLater ? { ...repair, graceUntil } : repair;
  return { ...state, ...counted, repair: graced, specHash };
}

function onlyUnderWay({ recent, running, proving, graceUntil }: RepairState): RepairState {
  if (running === null && proving === null) return NOTHING_TRIED;
  return { ...NOTHING_TRIED, recent: recent.slice(-1), attempts: 1, running, proving, graceUntil };
}

function graceOf(
  startedAt: number | null,
  { startupGraceMs }: WatchPolicy,
  now: number,
): number | null {
  if (startedAt === null || startupGraceMs === 0) return null;
  const until = startedAt + startupGraceMs;
  return until > now ? until : null;
}
