import type { z } from "zod";
import type { status } from "../../api/schemas/service.ts";
import type { Overview } from "./overview.ts";
import { momentOf } from "./moments.ts";

/** What is known of the process that serves. */
export interface Running {
  readonly version: string;
  readonly nodeVersion: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly startedAt: number;
}

/**
 * Shows how everything is.
 *
 * @param overview - How the projects are.
 * @param running - The process that serves.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns As the API has it.
 */
export function statusView(
  overview: Overview,
  { version, nodeVersion, startedAt }: Running,
  now: number,
): z.input<typeof status> {
  const { counts, cycle, latenessMs, isWatching, projects } = overview;
  return {
    version,
    status: overview.status,
    uptime: Math.max(0, now - startedAt) / 1_000,
    timestamp: momentOf(now),
    lastCycleStart: cycle && momentOf(cycle.startedAt),
    lastCycleDuration: cycle && Math.round(cycle.durationMs) / 1_000,
    scheduleLatenessMs: latenessMs,
    nodeVersion,
    isWatching,
    projects,
    resources: counts.resources,
    openIncidents: counts.openIncidents,
    health: counts.health,
    sync: counts.sync,
  };
}
