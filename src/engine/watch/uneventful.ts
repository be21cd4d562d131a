import type { Look, WatchState } from "../../model/watch-state.ts";
import { NOTHING_TRIED } from "./believe.ts";
import type { Circumstances, Decision } from "./decision.ts";

/**
 * Tells that a look only says once more what is believed, of something that is well and of which nothing is open: nothing can
 * follow from it. That is so of nearly all looks, of which there may be thousands each second. Pure.
 *
 * @param state - What is believed.
 * @param look - What was seen.
 * @param circumstances - What else is known.
 * @returns False when something may follow.
 */
export function isUneventful(
  state: WatchState,
  look: Look,
  { policy, incidents, attempt }: Circumstances,
): boolean {
  const isOpen = incidents.length > 0 || state.incidents.length > 0 || attempt !== null;
  return !isOpen && isWell(state, look.at) && isAsBefore(state, look, policy.recoveryThreshold);
}

/**
 * The decision that follows from an uneventful look.
 *
 * @param state - What is believed.
 * @param circumstances - What else is known.
 * @returns That all stays as it is.
 */
export function nothingFollows(state: WatchState, { numbers }: Circumstances): Decision {
  return {
    state,
    changes: NONE,
    incidents: NONE,
    attempt: null,
    events: NONE,
    order: null,
    waitUntil: null,
    numbers,
  };
}

const NONE: readonly never[] = [];

function isWell(state: WatchState, at: number): boolean {
  const { health, failures, errors, recent, isFlapping, causedBy, repair } = state;
  const isQuiet = failures === 0 && errors === 0 && recent === "" && !isFlapping;
  const isUntouched = causedBy === null && repair === NOTHING_TRIED;
  return health === "healthy" && isQuiet && isUntouched && isKnownSince(state, at);
}

// A clock that was set back moves it.
function isKnownSince({ since, healthySince }: WatchState, at: number): boolean {
  return since !== null && healthySince !== null && healthySince <= at;
}

function isAsBefore(state: WatchState, look: Look, recoveryThreshold: number): boolean {
  const { verdict, isDegraded, sync, findings } = look;
  const isPass = verdict === "pass" && !isDegraded && findings.length === 0;
  const isInPlace = sync === state.sync && (sync === "in_sync" || sync === "unknown");
  return isPass && isInPlace && state.findings.length === 0 && state.passes === recoveryThreshold;
}
