import type { Incident, RepairAttempt } from "../../model/incident.ts";
import type { WatchState } from "../../model/watch-state.ts";
import type { WatchSnapshot } from "../../ports/watch-store.ts";
import { initialState } from "./believe.ts";
import { storedByResource } from "./starting-state.ts";

/** What is stored of something that is not watched any more. */
export interface Leftover {
  readonly state: WatchState;
  /** Those that are open. */
  readonly incidents: readonly Incident[];
  /** Those that have not ended. */
  readonly repairs: readonly RepairAttempt[];
}

/**
 * Finds what is stored of what is not watched any more, as it was taken away while nobody watched. That something was destroyed
 * and is not to be made again is no leftover. Pure.
 *
 * @param snapshot - All that is stored.
 * @param isWatched - Whether a resource is watched.
 * @returns One for each such resource.
 */
export function leftoversIn(
  snapshot: WatchSnapshot,
  isWatched: (name: string) => boolean,
): readonly Leftover[] {
  const { states, incidents, repairs } = storedByResource(snapshot);
  const known = [...states.values()].filter(({ expiredAt }) => expiredAt === null);
  const names = known.map(({ resource }) => resource);
  const all = new Set([...names, ...incidents.keys(), ...repairs.keys()]);
  return [...all]
    .filter((name) => !isWatched(name))
    .map((name) => ({
      state: states.get(name) ?? initialState(name, ""),
      incidents: incidents.get(name) ?? [],
      repairs: repairs.get(name) ?? [],
    }));
}
