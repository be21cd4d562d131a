/** Checks services whose names nobody tells, beside healthy ones: the name server is a socket that never answers. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { dnsResolver } from "../../src/adapters/network/dns-resolver.ts";
import { HttpTransport } from "../../src/adapters/network/http-transport.ts";
import { systemClock } from "../../src/adapters/system/clock.ts";
import { checkAllServices, type HealthResult } from "../../src/index.ts";
import { serve } from "../child.ts";

/** What to check. */
export interface SilentNamesJob {
  readonly healthyUrls: readonly string[];
  readonly healthy: number;
  /** How many services have names that no server tells. */
  readonly silent: number;
}

/** What was measured. */
export interface SilentNamesOutcome {
  readonly healthy: number;
  readonly completionP99Ms: number;
  readonly responseP99Ms: number;
  /** How long after the abort every result was there, and no socket or timer was left. */
  readonly endedAfterMs: number;
  /** How many questions the silent server was asked; 0 would mean that nothing was tried. */
  readonly questions: number;
}

/** Well beyond the run: what ends it is the abort. */
const TIMEOUT_SECONDS = 60;
/** Between the last healthy result and the abort, so that questions are being repeated by then. */
const LINGER_MS = 300;

serve(async (job: SilentNamesJob): Promise<SilentNamesOutcome> => {
  const { healthyUrls, healthy, silent } = job;
  let questions = 0;
  const nameServer = createSocket("udp4", () => (questions += 1)).bind(0, "127.0.0.1");
  await once(nameServer, "listening");
  const handlesBefore = process.getActiveResourcesInfo().length;

  const every = silent === 0 ? Infinity : Math.floor((healthy + silent) / silent);
  const configs = Array.from({ length: healthy + silent }, (_, index) => ({
    name: `service-${String(index)}`,
    // None of these has been asked for before, so that no answer or failure is remembered.
    url:
      index % every === every - 1
        ? `http://host-${String(index)}.silent.test/`
        : (healthyUrls[index % healthyUrls.length] ?? ""),
    timeout: TIMEOUT_SECONDS,
  }));
  const isSilent = (index: number): boolean => configs[index]?.url.includes("silent.test") === true;

  const controller = new AbortController();
  const completedMs: number[] = [];
  const allHealthy = Promise.withResolvers<undefined>();
  const servers = [`127.0.0.1:${String(nameServer.address().port)}`];
  const transport = new HttpTransport({
    resolver: dnsResolver({ clock: systemClock, servers }),
    userAgent: "clockwork-bench",
  });
  const startedMs = performance.now();
  const run = checkAllServices(configs, {
    transport,
    signal: controller.signal,
    onResult: (_, index) => {
      if (isSilent(index)) return;
      completedMs.push(performance.now() - startedMs);
      if (completedMs.length === healthy) allHealthy.resolve(undefined);
    },
  });
  await allHealthy.promise;
  await sleep(LINGER_MS);
  const abortedMs = performance.now();
  controller.abort();
  const results = await run;
  await transport[Symbol.asyncDispose]();
  while (process.getActiveResourcesInfo().length > handlesBefore) await sleep(1);
  const endedAfterMs = performance.now() - abortedMs;
  nameServer.close();

  const own = results.filter((result) => result.isHealthy);
  return {
    healthy: own.length,
    completionP99Ms: p99(completedMs),
    responseP99Ms: p99(own.map(({ responseTimeMs }: HealthResult) => responseTimeMs ?? Infinity)),
    endedAfterMs,
    questions,
  };
});

function p99(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
}
