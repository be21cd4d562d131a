import type { WatchPolicy } from "../../model/watch-policy.ts";
import type { Look, WatchState } from "../../model/watch-state.ts";
import { NOTHING_TRIED } from "./believe.ts";
import type { Entry } from "./entry.ts";

/** What is known of a resource when it was looked at. */
interface Known extends Pick<Entry, "state" | "incidents" | "attempt"> {
  readonly subject: { readonly policy: Pick<WatchPolicy, "recoveryThreshold"> };
}

/**
 * Tells that a look only says once more what is believed, of something that is well and of which nothing is open: nothing follows
 * from it, whatever the circumstances. That is so of nearly all looks, of which there may be thousands each second. Pure.
 *
 * @param known - What is known.
 * @param look - What was seen.
 * @returns False when something may follow.
 */
export function isUneventful({ state, incidents, attempt, subject }: Known, look: Look): boolean {
  const isOpen = incidents.length > 0 || state.incidents.length > 0 || attempt !== null;
  const { recoveryThreshold } = subject.policy;
  return !isOpen && isWell(state, look.at) && isAsBefore(state, look, recoveryThreshold);
}

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
