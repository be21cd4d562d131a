import { Worker } from "../child.ts";
import { alternate, ratioOf, shown, shownRatio, summarize, type Benchmark } from "../harness.ts";
import { startTarget } from "../target-server.ts";
import type { BareJob, BareOutcome } from "../workers/bare.ts";
import type { CheckJob, CheckOutcome } from "../workers/check.ts";

const ROUNDS = 3;
const COUNT = 3_000;
/** Long enough that all are under way together before the first has its answer. */
const DELAY_MS = 2_000;

/** What a check under way takes of memory, beside a request of a bare `node:http` loop; each round in fresh processes. */
export const memory: Benchmark = {
  name: "memory",
  run: async () => {
    await using target = await startTarget(4);
    const urls = target.origins.map((origin) => `${origin}/delay/${String(DELAY_MS)}`);
    const ours = async (count: number): Promise<number> => {
      await using worker = new Worker<CheckJob, CheckOutcome>("workers/check.ts");
      const { healthy, problem, peakRssBytes } = await worker.run({ urls, count });
      if (healthy !== count) throw new Error(`not all healthy: ${String(problem)}`);
      return peakRssBytes;
    };
    const bare = async (count: number): Promise<number> => {
      await using worker = new Worker<BareJob, BareOutcome>("workers/bare.ts");
      const job = { urls, count, inFlight: count, keepAlive: false };
      return (await worker.run(job)).peakRssBytes;
    };
    const perCheckKb = await alternate(ROUNDS, {
      ours: async () => ((await ours(COUNT)) - (await ours(1))) / COUNT / 1e3,
      bare: async () => ((await bare(COUNT)) - (await bare(1))) / COUNT / 1e3,
    });
    return [
      {
        what: `memory for each of ${COUNT.toLocaleString("en")} in flight`,
        figure: shown(summarize(perCheckKb.ours), " kB", 1),
        beside: `bare loop: ${shown(summarize(perCheckKb.bare), " kB", 1)}`,
        ratio: shownRatio(ratioOf(perCheckKb.ours, perCheckKb.bare)),
        target: "none",
        outcome: "information",
      },
    ];
  },
};
