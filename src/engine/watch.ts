import { verdictOf, type HealthResult, type ServiceConfig } from "../model/service.ts";
import type { Verdict } from "../model/verdict.ts";
import { checkToResult, type CheckContext } from "./check.ts";
import { firstDelayMs, nextDueMs } from "./schedule.ts";
import { INITIAL_STATE, transition, type HealthState, type ThresholdPolicy } from "./transition.ts";

/** One check of a watched service, and what it changed. */
export interface Observation {
  readonly service: ServiceConfig;
  /** The place of the service in the list that is watched. */
  readonly index: number;
  readonly result: HealthResult;
  readonly verdict: Verdict;
  readonly before: HealthState;
  readonly after: HealthState;
}

/** How services are watched. */
export interface WatchOptions {
  /** From one check of a service to its next, in milliseconds, above 0. */
  readonly intervalMs: number;
  readonly thresholds: ThresholdPolicy;
  /** Called after each check; it must not throw. */
  readonly onObservation: (observation: Observation) => void;
}

/**
 * Checks services again and again until cancelled, each on a schedule of its own: none waits for another, and none is
 * checked twice at once.
 *
 * @param services - What to watch.
 * @param context - What the checks need of the world; its cancellation ends the watch.
 * @param options - How often, when to believe what, and whom to tell.
 * @returns When it was cancelled and every check under way has ended.
 */
export async function watch(
  services: readonly ServiceConfig[],
  context: CheckContext,
  options: WatchOptions,
): Promise<void> {
  const startMs = context.clock.elapsedMs();
  await Promise.all(
    services.map(async (service, index) => {
      const delayMs = firstDelayMs(service.name, options.intervalMs, services.length);
      await watchOne({ service, index, firstMs: startMs + delayMs }, context, options);
    }),
  );
}

async function watchOne(
  watched: { readonly service: ServiceConfig; readonly index: number; readonly firstMs: number },
  context: CheckContext,
  options: WatchOptions,
): Promise<void> {
  const { clock, cancellation } = context;
  const { service, index } = watched;
  let dueMs = watched.firstMs;
  let state = INITIAL_STATE;
  for (;;) {
    if (!(await cancellation.wait(clock, dueMs - clock.elapsedMs()))) return;
    const result = await checkToResult(service, context);
    // A check that was cut off by our own stop is no observation.
    if (cancellation.reason() !== null) return;
    const verdict = verdictOf(result);
    const before = state;
    state = transition(before, verdict, options.thresholds);
    options.onObservation({ service, index, result, verdict, before, after: state });
    dueMs = nextDueMs(dueMs, options.intervalMs, clock.elapsedMs());
  }
}
