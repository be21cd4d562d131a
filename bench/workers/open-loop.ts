/** Asks at fixed times, whether earlier answers have come or not: what is slow does not hide by being asked less. */
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "../child.ts";

/** What to ask, how often, and for how long. */
export interface OpenLoopJob {
  readonly url: string;
  readonly perSecond: number;
  readonly seconds: number;
}

/** How long answers took, counted from when they should have been asked for. */
export interface OpenLoopOutcome {
  readonly count: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
}

/** As those who ask all the time do: they stay connected, from one job to the next. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

serve(async ({ url, perSecond, seconds }: OpenLoopJob): Promise<OpenLoopOutcome> => {
  const startedMs = performance.now();
  const took: number[] = [];
  let failed = 0;
  const ask = (dueMs: number): Promise<void> =>
    new Promise((resolve) => {
      const end = (isFine: boolean): void => {
        if (isFine) took.push(performance.now() - dueMs);
        else failed += 1;
        resolve();
      };
      request(url, { agent }, (response) => {
        response.resume().once("end", () => {
          end(response.statusCode === 200);
        });
      })
        .once("error", () => {
          end(false);
        })
        .end();
    });
  const asked: Promise<void>[] = [];
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const dueMs = startedMs + (index * 1_000) / perSecond;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    asked.push(ask(dueMs));
  }
  await Promise.all(asked);
  const sorted = took.toSorted((a, b) => a - b);
  const share = (of: number): number => sorted[Math.ceil(sorted.length * of) - 1] ?? Number.NaN;
  return { count: took.length, failed, p50Ms: share(0.5), p99Ms: share(0.99), mostMs: share(1) };
});
