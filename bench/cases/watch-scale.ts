import {
  alternate,
  outcomeOf,
  ratioOf,
  shown,
  shownRatio,
  summarize,
  type Benchmark,
  type Row,
} from "../harness.ts";
import { services, watchAfresh } from "../watching.ts";
import type { WatchOutcome } from "../workers/watch.ts";

const ROUNDS = 3;
const INTERVAL_SECONDS = 30;
const COUNTS = { most: 100_000, tenth: 10_000, hundredth: 1_000 };
/** All were looked at once by then; after that, three intervals count. */
const WARM_UP_MS = 45_000;
const MEASURE_MS = 90_000;
const LIMIT_LATE_MS = 100;
const LIMIT_MEMORY_MB = 600;
const MOST = COUNTS.most.toLocaleString("en");

/** 100,000 resources at an interval of 30 s, without a network, and every result stored; 10,000 and 1,000 beside them. */
export const watchScale: Benchmark = {
  name: "watch-scale",
  run: async (note) => {
    const watch = async (count: number): Promise<WatchOutcome> => {
      const outcome = await watchAfresh({
        groups: [services(count, INTERVAL_SECONDS)],
        transport: "simulated",
        warmUpMs: WARM_UP_MS,
        measureMs: MEASURE_MS,
        isCounted: true,
      });
      const { lateP50Ms, lateP99Ms, lateMostMs, utilization } = outcome;
      note(
        `${count.toLocaleString("en")}: late by ${lateP50Ms.toFixed(1)} ms (median), ${lateP99Ms.toFixed(1)} ms (p99), ${lateMostMs.toFixed(0)} ms (most); its thread was busy for ${(utilization * 100).toFixed(0)} % of the time`,
      );
      return outcome;
    };
    const runs = await alternate(ROUNDS, {
      most: () => watch(COUNTS.most),
      tenth: () => watch(COUNTS.tenth),
      hundredth: () => watch(COUNTS.hundredth),
    });
    return rows(runs);
  },
};

type Runs = Readonly<Record<keyof typeof COUNTS, readonly WatchOutcome[]>>;

function rows(runs: Runs): Row[] {
  const late = summarize(runs.most.map(({ lateP99Ms }) => lateP99Ms));
  const memory = summarize(runs.most.map(({ peakRssBytes }) => peakRssBytes / 1e6));
  const missing = Math.max(...runs.most.map(({ seen, stored }) => seen - (stored ?? 0)));
  const seen = Math.min(...runs.most.map((run) => run.seen));
  return [
    {
      what: `p99 of how late a check begins, ${MOST} resources`,
      figure: shown(late, " ms", 1),
      beside: `median: ${shown(summarize(runs.most.map(({ lateP50Ms }) => lateP50Ms)), " ms", 1)}`,
      ratio: "",
      target: `below ${String(LIMIT_LATE_MS)} ms`,
      outcome: outcomeOf(late.median < LIMIT_LATE_MS),
    },
    {
      what: "peak memory of the process",
      figure: shown(memory, " MB"),
      beside: "",
      ratio: "",
      target: `below ${String(LIMIT_MEMORY_MB)} MB`,
      outcome: outcomeOf(memory.max < LIMIT_MEMORY_MB),
    },
    {
      what: "results that were not read back",
      figure: `${String(missing)} of ${seen.toLocaleString("en")}`,
      beside: "",
      ratio: "",
      target: "0",
      outcome: outcomeOf(missing === 0),
    },
    costRow(runs, "tenth"),
    costRow(runs, "hundredth"),
  ];
}

// A fixed cost weighs more on each check the fewer there are: what grows with their number would show as a ratio above 1.
function costRow(runs: Runs, few: "tenth" | "hundredth"): Row {
  const costs = (of: keyof Runs): number[] => runs[of].map(({ cpuMsPerLook }) => cpuMsPerLook);
  const ratio = ratioOf(costs("most"), costs(few));
  return {
    what: "CPU time for each check",
    figure: shown(summarize(costs("most")), " ms", 3),
    beside: `${COUNTS[few].toLocaleString("en")} resources: ${shown(summarize(costs(few)), " ms", 3)}`,
    ratio: shownRatio(ratio),
    target: "at most 1.00",
    outcome: outcomeOf(ratio.median <= 1),
  };
}
