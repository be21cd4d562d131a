import type { ServedCounts, WatchedEntry } from "../../ports/served.ts";

/**
 * Counts how many resources are how. It is asked often, of many: nothing is made of any of them.
 *
 * @param entries - All that is watched.
 * @returns The counts.
 */
export function servedCounts(entries: ReadonlyMap<string, WatchedEntry>): ServedCounts {
  const health = { unknown: 0, healthy: 0, degraded: 0, unhealthy: 0 };
  const sync = { unknown: 0, in_sync: 0, drifted: 0, missing: 0 };
  let openIncidents = 0;
  for (const { state, incidents } of entries.values()) {
    health[state.health] += 1;
    sync[state.sync] += 1;
    openIncidents += incidents.length;
  }
  return { resources: entries.size, health, sync, openIncidents };
}
