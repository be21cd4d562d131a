import { systemClock } from "../adapters/system/clock.ts";
import { Cancellation } from "../engine/cancellation.ts";
import { NO_RETRY, prepare } from "../engine/check.ts";
import { Gate } from "../engine/gate.ts";
import { DEFAULT_THRESHOLDS } from "../engine/transition.ts";
import { watch, type Observation } from "../engine/watch.ts";
import type { ServiceConfig } from "../model/service.ts";
import { gateLimits, networkTransport, type NetworkOptions } from "./check-services.ts";

export type { Observation } from "../engine/watch.ts";
export { pendingChange, Watchlist, type WatchedService } from "./watchlist.ts";

/** How often HTTP services are checked when nobody says otherwise, in milliseconds. */
export const DEFAULT_SERVICE_INTERVAL_MS = 30_000;

/** How a list of services is watched. */
export interface WatchServicesOptions extends NetworkOptions {
  /** From one check of a service to its next, in milliseconds. */
  readonly intervalMs: number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** Called after each check; it must not throw. */
  readonly onObservation: (observation: Observation) => void;
}

/**
 * Watches HTTP services over the network until told to stop.
 *
 * @param services - What to watch.
 * @param options - How often, until when, and whom to tell.
 * @returns When it was stopped and nothing of it is left.
 */
export async function watchServices(
  services: readonly ServiceConfig[],
  options: WatchServicesOptions,
): Promise<void> {
  await using transport = networkTransport(options);
  await transport.open();
  await prepare(transport, services);
  using cancellation = new Cancellation(options.signal);
  const gate = new Gate(systemClock, gateLimits(), cancellation);
  const context = { transport, clock: systemClock, gate, cancellation, retry: NO_RETRY };
  await watch(
    services,
    { ...context, withPhases: false },
    {
      intervalMs: options.intervalMs,
      thresholds: DEFAULT_THRESHOLDS,
      onObservation: options.onObservation,
    },
  );
}
