import type { Incident, RepairAttempt } from "../../model/incident.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";
import type { WatchState } from "../../model/watch-state.ts";
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

/**
 * Decides what watching a resource begins with: with what is stored of it, after a crash as well as after a stop. An action that
 * was under way was interrupted. Pure.
 *
 * @param subject - What is watched.
 * @param snapshot - What is stored.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns What is believed, and what is to be stored.
 */
export function startingState(subject: Subject, snapshot: WatchSnapshot, now: number): Beginning {
  const { name } = subject;
  const stored = snapshot.states.get(name);
  const incidents = snapshot.incidents.filter(({ resource }) => resource === name);
  const ids = incidents.map(({ id }) => id);
  const before = stored ?? initialState(name, subject.specHash);
  const state = { ...changedState(before, subject, now), incidents: ids, expiredAt: null };
  const attempts = snapshot.repairs.filter(({ resource }) => resource === name);
  const { proving } = state.repair;
  const attempt = attempts.find(({ id }) => id === proving) ?? null;
  const interrupted = attempts.filter((each) => each !== attempt);
  const repair = { ...state.repair, running: null, proving: attempt?.id ?? null };
  const isOther = stored !== undefined && stored.specHash !== state.specHash;
  const wasExpired = stored !== undefined && stored.expiredAt !== null;
  const hasChanged = isOther || wasExpired || interrupted.length > 0;
  return {
    state: { ...state, repair },
    incidents,
    attempt,
    changes: [
      ...interrupted.map((each): WatchChange => ({
        type: "put-repair",
        repair: { ...each, outcome: "interrupted", endedAt: now, detail: "Clockwork was stopped" },
      })),
      ...(hasChanged ? [{ type: "put-watch", state: { ...state, repair } } as const] : []),
    ],
  };
}

/**
 * Decides what is believed of a resource that is watched in another way from now on, or is another one. Pure.
 *
 * @param state - What is believed so far.
 * @param subject - What is watched from now on.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns The same where the resource is; otherwise nothing that was counted or tried counts any more.
 */
export function changedState(
  state: WatchState,
  { specHash, startedAt, policy }: Subject,
  now: number,
): WatchState {
  const isSame = state.specHash === specHash;
  const graceUntil = graceOf(startedAt, policy, now);
  const repair = isSame ? state.repair : NOTHING_TRIED;
  // It may have been started again since.
  const isLater = graceUntil !== null && graceUntil > (repair.graceUntil ?? 0);
  if (isSame && !isLater) return state;
  const counted = isSame ? {} : { failures: 0, passes: 0, errors: 0, recent: "" };
  const graced = isLater ? { ...repair, graceUntil } : repair;
  return { ...state, ...counted, repair: graced, specHash };
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
