import type { Clock } from "../../ports/clock.ts";
import type { Prober } from "../../ports/served.ts";
import type { ProbeModules } from "./probe-module.ts";

/** What a prober works with. */
export interface ProberOptions {
  /** URLs, and `host:port`s, that may be probed; asked for at each probe. */
  readonly targets: () => readonly string[];
  /** As `readProbeModules` gives them, the usual ones included. */
  readonly modules: ProbeModules;
  readonly clock: Clock;
  /** Probes at once; 200 by default. */
  readonly limit?: number;
}

/**
 * Makes what probes targets as blackbox_exporter does. Nothing is opened or loaded before the first probe.
 *
 * @param options - What may be probed, and how.
 * @returns The prober; to be disposed.
 */
export function createProber(options: ProberOptions): Prober & AsyncDisposable {
  void options;
  throw new Error("not written yet");
}
