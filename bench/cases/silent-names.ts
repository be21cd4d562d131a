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
import type { SilentNamesJob, SilentNamesOutcome } from "../workers/silent-names.ts";

const ROUNDS = 31;
const WARM_UPS = 5;
const HEALTHY = 1_000;
const SILENT = 50;
const RISE_LIMIT = 1.2;
/** What somebody who presses Ctrl-C waits at most. */
const END_LIMIT_MS = 1_000;

/** 1,000 healthy services with and without 50 beside them whose name server is silent, and how soon an abort ends it all. */
export const silentNames: Benchmark = {
  name: "silent-names",
  run: async () => {
    await using target = await startTarget(4);
    await using worker = new Worker<SilentNamesJob, SilentNamesOutcome>("workers/silent-names.ts");
    // Every other one by a name that the hosts file tells: with `getaddrinfo`, those would wait for the silent ones.
    const healthyUrls = target.origins.map((origin, index) =>
      index % 2 === 0 ? `${origin}/ok` : `${origin.replace("127.0.0.1", "localhost")}/ok`,
    );
    const check = async (silent: number): Promise<SilentNamesOutcome> => {
      const outcome = await worker.run({ healthyUrls, healthy: HEALTHY, silent });
      if (outcome.healthy !== HEALTHY) throw new Error("a healthy one was reported as not healthy");
      if (outcome.questions < silent) throw new Error("the silent server was not asked");
      return outcome;
    };
    const variants = { without: () => check(0), beside: () => check(SILENT) };
    await alternate(WARM_UPS, variants);
    const runs = await alternate(ROUNDS, variants);
    const rise = (what: string, of: "responseP99Ms" | "completionP99Ms") => {
      const beside = runs.beside.map((outcome) => outcome[of]);
      const without = runs.without.map((outcome) => outcome[of]);
      const ratio = ratioOf(beside, without);
      return {
        what,
        figure: shown(summarize(beside), " ms", 1),
        beside: `without silent names: ${shown(summarize(without), " ms", 1)}`,
        ratio: shownRatio(ratio),
        target: `below ${RISE_LIMIT.toFixed(2)}`,
        outcome: outcomeOf(ratio.median < RISE_LIMIT),
      };
    };
    const ended = summarize(runs.beside.map(({ endedAfterMs }) => endedAfterMs));
    return [
      rise("p99 of the healthy ones' response time", "responseP99Ms"),
      rise("p99 of when the healthy ones had their result", "completionP99Ms"),
      {
        what: "from abort until nothing is left",
        figure: shown(ended, " ms", 1),
        beside: "",
        ratio: "",
        target: `at most ${String(END_LIMIT_MS)} ms`,
        outcome: outcomeOf(ended.max <= END_LIMIT_MS),
      },
    ];
  },
};
