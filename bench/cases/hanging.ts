import { Worker } from "../child.ts";
import {
  alternate,
  outcomeOf,
  ratioOf,
  shown,
  shownRatio,
  summarize,
  type Benchmark,
} from "../harness.ts";
import { startTarget } from "../target-server.ts";
import type { CheckJob, CheckOutcome } from "../workers/check.ts";

const ROUNDS = 9;
const HEALTHY = 18_000;
const TIMEOUT_SECONDS = 3;
/** A rise of the p99 by less than this, as a ratio. */
const RISE_LIMIT = 1.2;
const MEMORY_LIMIT_MB = 300;

/** 20,000 services of which every tenth hangs until its timeout, beside the 18,000 others alone; each in a fresh process. */
export const hanging: Benchmark = {
  name: "hanging",
  run: async (note) => {
    await using target = await startTarget(10);
    const healthyUrls = target.origins.slice(1).map((origin) => `${origin}/ok`);
    const mixedUrls = [...healthyUrls, `${String(target.origins[0])}/hang`];
    const check = async (urls: readonly string[]): Promise<CheckOutcome> => {
      await using worker = new Worker<CheckJob, CheckOutcome>("workers/check.ts");
      const count = (HEALTHY * urls.length) / healthyUrls.length;
      const outcome = await worker.run({ urls, count, timeout: TIMEOUT_SECONDS });
      if (outcome.problem !== null) note(`a healthy one was reported as: ${outcome.problem}`);
      return outcome;
    };
    const runs = await alternate(ROUNDS, {
      alone: () => check(healthyUrls),
      mixed: () => check(mixedUrls),
    });
    const missing = Math.max(...runs.mixed.map(({ healthy }) => HEALTHY - healthy));
    const peaks = summarize(runs.mixed.map(({ peakRssBytes }) => peakRssBytes / 1e6));
    const peaksAlone = summarize(runs.alone.map(({ peakRssBytes }) => peakRssBytes / 1e6));
    const rise = (what: string, of: "responseP99Ms" | "completionP99Ms") => {
      const mixed = runs.mixed.map((outcome) => outcome[of]);
      const alone = runs.alone.map((outcome) => outcome[of]);
      const ratio = ratioOf(mixed, alone);
      return {
        what,
        figure: shown(summarize(mixed), " ms", 1),
        beside: `without the hanging: ${shown(summarize(alone), " ms", 1)}`,
        ratio: shownRatio(ratio),
        target: `below ${RISE_LIMIT.toFixed(2)}`,
        outcome: outcomeOf(ratio.median < RISE_LIMIT),
      };
    };
    return [
      rise("p99 of the healthy ones' response time", "responseP99Ms"),
      rise("p99 of when the healthy ones had their result", "completionP99Ms"),
      {
        what: "healthy ones reported as not healthy",
        figure: `${String(missing)} of ${HEALTHY.toLocaleString("en")}`,
        beside: "",
        ratio: "",
        target: "0",
        outcome: outcomeOf(missing === 0),
      },
      {
        what: "peak memory of the checking process",
        figure: shown(peaks, " MB"),
        beside: `without the hanging: ${shown(peaksAlone, " MB")}`,
        ratio: "",
        target: `below ${String(MEMORY_LIMIT_MB)} MB`,
        outcome: outcomeOf(peaks.max < MEMORY_LIMIT_MB),
      },
    ];
  },
};
