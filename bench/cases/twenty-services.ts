import { Worker } from "../child.ts";
import {
  alternate,
  outcomeOf,
  shown,
  shownRatio,
  ratioOf,
  summarize,
  type Benchmark,
} from "../harness.ts";
import { startTarget } from "../target-server.ts";
import type { BareJob, BareOutcome } from "../workers/bare.ts";
import type { CheckJob, CheckOutcome } from "../workers/check.ts";

const ROUNDS = 9;
const COUNT = 20;
const FASTEST_MS = 300;
const SLOWEST_MS = 700;
const LIMIT_MS = 100;

/** Twenty services of different speed, each round in a fresh process, as somebody who checks them once has it. */
export const twentyServices: Benchmark = {
  name: "twenty-services",
  run: async () => {
    await using target = await startTarget(COUNT);
    const urls = target.origins.map((origin, index) => {
      // 7 has no divisor in common with 20: every delay once, slow and fast mixed.
      const step = (index * 7) % COUNT;
      const delayMs = FASTEST_MS + (step * (SLOWEST_MS - FASTEST_MS)) / (COUNT - 1);
      return `${origin}/delay/${String(Math.round(delayMs))}`;
    });
    const beyondMs = await alternate(ROUNDS, {
      ours: async () => {
        await using worker = new Worker<CheckJob, CheckOutcome>("workers/check.ts");
        const { seconds, healthy, problem } = await worker.run({ urls, count: COUNT });
        if (healthy !== COUNT) throw new Error(`not all healthy: ${String(problem)}`);
        return seconds * 1_000 - SLOWEST_MS;
      },
      bare: async () => {
        await using worker = new Worker<BareJob, BareOutcome>("workers/bare.ts");
        const job = { urls, count: COUNT, inFlight: COUNT, keepAlive: false };
        return (await worker.run(job)).seconds * 1_000 - SLOWEST_MS;
      },
    });
    const ours = summarize(beyondMs.ours);
    return [
      {
        what: `time beyond the slowest answer (${String(SLOWEST_MS)} ms)`,
        figure: shown(ours, " ms", 1),
        beside: `bare loop: ${shown(summarize(beyondMs.bare), " ms", 1)}`,
        ratio: shownRatio(ratioOf(beyondMs.ours, beyondMs.bare)),
        target: `at most ${String(LIMIT_MS)} ms`,
        outcome: outcomeOf(ours.median <= LIMIT_MS),
      },
    ];
  },
};
