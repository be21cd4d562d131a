import type { Health } from "../../model/verdict.ts";
import type { ResourceStatus } from "../../model/control.ts";
import type { ServedCounts } from "../../ports/served.ts";
import type { Cycle } from "../../ports/watch-meter.ts";

/** What one project adds to the overview. */
export interface Share {
  readonly counts: ServedCounts;
  /** Null when nobody watches. */
  readonly latenessMs: number | null;
  /** The last complete one; null before the first, and when nobody watches. */
  readonly cycle: Cycle | null;
  readonly isWatched: boolean;
}

/** How everything is. */
export interface Overview extends Omit<Share, "isWatched"> {
  readonly status: Health;
  readonly projects: number;
  readonly isWatching: boolean;
}

/** Nothing at all. */
const NO_COUNTS: ServedCounts = {
  resources: 0,
  health: { healthy: 0, degraded: 0, unhealthy: 0, unknown: 0 },
  sync: { in_sync: 0, drifted: 0, missing: 0, unknown: 0 },
  openIncidents: 0,
};

/**
 * Sums up how many resources are. What is known to be wrong comes before what is not known: one unhealthy resource makes all of
 * it `unhealthy`, otherwise a degraded one `degraded`, otherwise one that is not known `unknown`. Nothing at all is `unknown`.
 *
 * @param counts - How many resources are how.
 * @returns One word for all of them.
 */
export function summaryOf({ resources, health }: ServedCounts): Health {
  if (health.unhealthy > 0) return "unhealthy";
  if (health.degraded > 0) return "degraded";
  return health.unknown > 0 || resources === 0 ? "unknown" : "healthy";
}

/**
 * Counts how resources are.
 *
 * @param resources - What is known of each.
 * @returns The counts.
 */
export function countsOf(resources: readonly ResourceStatus[]): ServedCounts {
  const health = { ...NO_COUNTS.health };
  const sync = { ...NO_COUNTS.sync };
  let openIncidents = 0;
  for (const { state, incidents } of resources) {
    health[state.health] += 1;
    sync[state.sync] += 1;
    openIncidents += incidents.length;
  }
  return { resources: resources.length, health, sync, openIncidents };
}

/**
 * Puts projects together.
 *
 * @param shares - One of each project.
 * @returns How everything is.
 */
export function overviewFrom(shares: readonly Share[]): Overview {
  const counts = shares.map((share) => share.counts).reduce(sumOf, NO_COUNTS);
  const lateness = shares.flatMap(({ latenessMs }) => latenessMs ?? []);
  return {
    status: summaryOf(counts),
    projects: shares.length,
    isWatching: shares.some(({ isWatched }) => isWatched),
    counts,
    latenessMs: lateness.length === 0 ? null : Math.max(...lateness),
    cycle: cycleOf(shares),
  };
}

function sumOf(one: ServedCounts, other: ServedCounts): ServedCounts {
  return {
    resources: one.resources + other.resources,
    health: {
      healthy: one.health.healthy + other.health.healthy,
      degraded: one.health.degraded + other.health.degraded,
      unhealthy: one.health.unhealthy + other.health.unhealthy,
      unknown: one.health.unknown + other.health.unknown,
    },
    sync: {
      in_sync: one.sync.in_sync + other.sync.in_sync,
      drifted: one.sync.drifted + other.sync.drifted,
      missing: one.sync.missing + other.sync.missing,
      unknown: one.sync.unknown + other.sync.unknown,
    },
    openIncidents: one.openIncidents + other.openIncidents,
  };
}

// From the first of these passes to the end of the last one, every resource of all projects was checked.
function cycleOf(shares: readonly Share[]): Cycle | null {
  const cycles = shares.filter(({ counts }) => counts.resources > 0).map(({ cycle }) => cycle);
  const complete = cycles.filter((cycle) => cycle !== null);
  if (complete.length === 0 || complete.length < cycles.length) return null;
  const startedAt = Math.min(...complete.map((cycle) => cycle.startedAt));
  const endedAt = Math.max(...complete.map((cycle) => cycle.startedAt + cycle.durationMs));
  return { startedAt, durationMs: endedAt - startedAt };
}
