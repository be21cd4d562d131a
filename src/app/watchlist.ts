import type { Observation } from "../engine/watch.ts";
import { DEFAULT_THRESHOLDS, INITIAL_STATE, type HealthState } from "../engine/transition.ts";
import type { ServiceConfig } from "../model/service.ts";
import type { Health, Verdict } from "../model/verdict.ts";
import { detailOf } from "./check-report.ts";

/** So many results are remembered for each service. */
const RECENT_LIMIT = 20;

/** What is known of one watched service. */
export interface WatchedService {
  readonly name: string;
  readonly state: HealthState;
  /** The last results, oldest first, 20 at the most. */
  readonly recent: readonly Verdict[];
  /** Of the last check, in milliseconds; null when no answer came, or none was made. */
  readonly responseTimeMs: number | null;
  /** What the last check found, in a few words; null before the first one. */
  readonly detail: string | null;
}

/** What is known of all services that are watched together. */
export class Watchlist {
  readonly project: string;
  readonly #services: WatchedService[];

  /**
   * Begins with nothing known.
   *
   * @param project - What the whole is called.
   * @param services - What is watched.
   */
  constructor(project: string, services: readonly ServiceConfig[]) {
    this.project = project;
    this.#services = services.map(({ name }) => ({
      name,
      state: INITIAL_STATE,
      recent: [],
      responseTimeMs: null,
      detail: null,
    }));
  }

  /**
   * What is known of each service.
   *
   * @returns The services, in the order in which they were configured.
   */
  get services(): readonly WatchedService[] {
    return this.#services;
  }

  /**
   * Takes in one check.
   *
   * @param observation - What the check found.
   * @returns What is known of its service now.
   */
  add(observation: Observation): WatchedService {
    const { service, index, result, verdict, after } = observation;
    const watched: WatchedService = {
      name: service.name,
      state: after,
      recent: [...(this.#services[index]?.recent ?? []), verdict].slice(-RECENT_LIMIT),
      responseTimeMs: result.responseTimeMs,
      detail: detailOf(service, result),
    };
    this.#services[index] = watched;
    return watched;
  }

  /**
   * Counts the services by what is believed of them.
   *
   * @returns A count for each health.
   */
  countByHealth(): Readonly<Record<Health, number>> {
    const counts = { unknown: 0, healthy: 0, degraded: 0, unhealthy: 0 };
    for (const { state } of this.#services) counts[state.health] += 1;
    return counts;
  }
}

/**
 * Says how far a service is on its way to another health.
 *
 * @param state - What is believed of it.
 * @returns Such as `failing 1 of 3` or `recovering 1 of 2`; null when nothing speaks for a change.
 */
export function pendingChange(state: HealthState): string | null {
  const { failureThreshold, recoveryThreshold } = DEFAULT_THRESHOLDS;
  if (state.errors === 1) return "could not be checked once";
  if (state.errors > 1) return `could not be checked ${String(state.errors)} times in a row`;
  if (state.health !== "unhealthy" && state.failures > 0) {
    return `failing ${String(state.failures)} of ${String(failureThreshold)}`;
  }
  if (state.health === "unhealthy" && state.passes > 0) {
    return `recovering ${String(state.passes)} of ${String(recoveryThreshold)}`;
  }
  return null;
}
