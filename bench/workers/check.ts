/** Checks lists of services by the public function, and measures. */
import { checkAllServices, type CheckAllOptions } from "../../src/index.ts";
import { serve } from "../child.ts";

/** What to check. */
export interface CheckJob {
  /** Service number `i` gets the URL number `i` of these, over and over. */
  readonly urls: readonly string[];
  /** How many services the list has. */
  readonly count: number;
  /** In seconds; 30 by default, so that only what hangs times out. */
  readonly timeout?: number;
  readonly options?: Pick<CheckAllOptions, "reuseConnections" | "concurrency">;
}

/** What was measured, all of it in this process. */
export interface CheckOutcome {
  /** From the call to its last result. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly healthy: number;
  /** What the first of the others says, of those that hang aside; null when there is none. */
  readonly problem: string | null;
  /** The healthy ones' own response time. */
  readonly responseP99Ms: number;
  /** When the healthy ones had their results, counted from the start. */
  readonly completionP99Ms: number;
  /** The most memory that this process has held since it started. */
  readonly peakRssBytes: number;
}

serve(async ({ urls, count, timeout = 30, options = {} }: CheckJob): Promise<CheckOutcome> => {
  const configs = Array.from({ length: count }, (_, index) => ({
    name: `service-${String(index)}`,
    url: urls[index % urls.length] ?? "",
    timeout,
  }));
  const completedMs = new Float64Array(count);
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const results = await checkAllServices(configs, {
    ...options,
    onResult: (_, index) => {
      completedMs[index] = performance.now() - startedMs;
    },
  });
  const seconds = (performance.now() - startedMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const healthy = results.flatMap(({ isHealthy }, index) => (isHealthy ? [index] : []));
  const failed = results.find(
    ({ isHealthy }, index) => !isHealthy && configs[index]?.url.endsWith("/hang") !== true,
  );
  return {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    healthy: healthy.length,
    problem: failed?.error ?? null,
    responseP99Ms: p99(healthy.map((index) => results[index]?.responseTimeMs ?? Infinity)),
    completionP99Ms: p99(healthy.map((index) => completedMs[index] ?? Infinity)),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
});

function p99(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
}
