/** Simulates hours of watching, and measures how long that takes. */
import { simulateWatching } from "../../src/testing/watch/simulation.ts";
import { serve } from "../child.ts";

/** What is simulated. */
export interface SimulateJob {
  readonly seed: number;
  readonly hours: number;
  readonly resources: number;
}

/** What it came to. */
export interface SimulateOutcome {
  readonly seconds: number;
  readonly looks: number;
  readonly incidents: number;
  readonly attempts: number;
  readonly violations: number;
  readonly peakRssBytes: number;
}

const HOURS_A_DAY = 24;

serve(async ({ seed, hours, resources }: SimulateJob): Promise<SimulateOutcome> => {
  const startedMs = performance.now();
  const result = await simulateWatching({ seed, days: hours / HOURS_A_DAY, resources });
  const { looks, incidents, attempts, violations } = result;
  return {
    seconds: (performance.now() - startedMs) / 1_000,
    looks,
    incidents,
    attempts,
    violations: violations.length,
    peakRssBytes: process.resourceUsage().maxRSS * 1_024,
  };
});
