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
import { rateOf } from "../rates.ts";
import { startTarget } from "../target-server.ts";
import type { CheckJob, CheckOutcome } from "../workers/check.ts";

const ROUNDS = 5;
const COUNT = 2_000;
const OPEN_FILES_LIMIT = 256;

/** 2,000 healthy services in a process that may open 256 files, told to check them all at once. */
export const fileDescriptors: Benchmark = {
  name: "file-descriptors",
  run: async (note) => {
    await using target = await startTarget(8);
    const urls = target.origins.map((origin) => `${origin}/ok`);
    const check = async (options: CheckJob["options"] = {}): Promise<CheckOutcome> => {
      const limits = { openFilesLimit: OPEN_FILES_LIMIT };
      await using worker = new Worker<CheckJob, CheckOutcome>("workers/check.ts", limits);
      const outcome = await worker.run({ urls, count: COUNT, options });
      if (outcome.problem !== null) note(`a healthy one was reported as: ${outcome.problem}`);
      return outcome;
    };
    const runs = await alternate(ROUNDS, {
      forced: () => check({ concurrency: COUNT }),
      byDefault: () => check(),
    });
    const missing = Math.max(...runs.forced.map(({ healthy }) => COUNT - healthy));
    const rates = (of: keyof typeof runs): number[] =>
      runs[of].map((outcome) => rateOf(COUNT, outcome).perSecond);
    return [
      {
        what: "healthy ones reported as not healthy",
        figure: `${String(missing)} of ${COUNT.toLocaleString("en")}`,
        beside: "",
        ratio: "",
        target: "0",
        outcome: outcomeOf(missing === 0),
      },
      {
        what: `checks per second, concurrency ${COUNT.toLocaleString("en")}`,
        figure: shown(summarize(rates("forced")), "/s"),
        beside: `default concurrency: ${shown(summarize(rates("byDefault")), "/s")}`,
        ratio: shownRatio(ratioOf(rates("forced"), rates("byDefault"))),
        target: "none",
        outcome: "information",
      },
    ];
  },
};
