import type { Incident, RepairAttempt } from "../../model/incident.ts";
import type { Look, WatchState } from "../../model/watch-state.ts";
import type { Due } from "./due-queue.ts";
import type { Subject } from "./subject.ts";

/**
 * One resource while it is watched: what is believed of it, and what is being done about it. It is changed in place, by the
 * monitor and its parts: there may be 100,000 of them. Times in milliseconds.
 */
export interface Entry extends Due {
  subject: Subject;
  state: WatchState;
  /** Those that are open. */
  incidents: readonly Incident[];
  /** Under way, or to be proven. */
  attempt: RepairAttempt | null;
  /** The time of the next attempt at a repair, while one has to wait; since 1970-01-01 UTC. */
  waitUntil: number | null;
  /** A turn of its schedule. */
  gridMs: number;
  /** What the last look came to; null before the first one. */
  look: Look | null;
  /** When that began; before all time when there was none. */
  lookedMs: number;
  /** When the look that is under way began; null when none is. */
  lookingSinceMs: number | null;
  /** Its decisions come one after the other: true while one is under way. */
  isBusy: boolean;
  /** The action that is being carried out on it: settled once what became of it is decided. Null when none is. */
  acting: Promise<void> | null;
  /** True while what it affects is about to be noted. */
  isNoting: boolean;
  /** True from the moment on that it is not watched any more. */
  isGone: boolean;
  /** While it is busy: it has another turn then, or as soon as it is free. Infinite when nobody wants that. */
  wantedMs: number;
  /** Hints up to then are made up for: more of them have to wait. */
  hintsMs: number;
  /** So many plans work on it: it is neither looked at nor judged. */
  exclusions: number;
  /** What waits for its turn to decide. */
  readonly tasks: (() => Promise<void>)[];
  /** Those who wait for a look. */
  waiters: readonly Waiter[];
}

/** A turn that is due whatever the time is. */
export const AT_ONCE = Number.NEGATIVE_INFINITY;

/** Somebody who waits for a look that begins at a time or later. */
interface Waiter {
  readonly sinceMs: number;
  /** Null when there will be none. */
  readonly done: (look: Look | null) => void;
}

/** One for all for whom nobody waits: there may be 100,000 of them. */
const NOBODY: readonly Waiter[] = [];

/**
 * Begins to watch something.
 *
 * @param subject - What.
 * @param known - What is known of it from before.
 * @returns An entry that is in no queue yet.
 */
export function entryOf(
  subject: Subject,
  { state, incidents, attempt, gridMs }: Pick<Entry, "state" | "incidents" | "attempt" | "gridMs">,
): Entry {
  return {
    subject,
    state,
    incidents,
    attempt,
    waitUntil: null,
    gridMs,
    dueMs: 0,
    place: -1,
    look: null,
    lookedMs: Number.NEGATIVE_INFINITY,
    lookingSinceMs: null,
    isBusy: false,
    acting: null,
    isNoting: false,
    isGone: false,
    wantedMs: Number.POSITIVE_INFINITY,
    hintsMs: 0,
    exclusions: 0,
    tasks: [],
    waiters: NOBODY,
  };
}

/**
 * Answers those who wait for a look at an entry.
 *
 * @param entry - The entry.
 * @param look - What was seen; null when there will be no look.
 * @param startedMs - When it began: those who want a later one go on waiting.
 */
export function answerWaiters(entry: Entry, look: Look | null, startedMs: number): void {
  if (entry.waiters.length === 0) return;
  const served = entry.waiters.filter(({ sinceMs }) => sinceMs <= startedMs);
  const others = entry.waiters.filter(({ sinceMs }) => sinceMs > startedMs);
  entry.waiters = others.length === 0 ? NOBODY : others;
  for (const { done } of served) done(look);
  if (entry.waiters.length > 0) entry.wantedMs = AT_ONCE;
}
