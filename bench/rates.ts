import {
  alternate,
  outcomeOf,
  ratioOf,
  shown,
  shownRatio,
  summarize,
  type Row,
} from "./harness.ts";
import { Worker } from "./child.ts";
import type { BareJob, BareOutcome } from "./workers/bare.ts";
import type { CheckJob, CheckOutcome } from "./workers/check.ts";

/** What is compared with a bare loop. */
export interface RateComparison {
  readonly urls: readonly string[];
  /** Checks in each round. */
  readonly count: number;
  readonly reuseConnections: boolean;
  /** The share of the bare rate that must be reached, 0 to 1. */
  readonly target: number;
}

const ROUNDS = 9;
/** The bare loop gets whichever suits it best. */
const IN_FLIGHT_CHOICES = [16, 64, 256, 1_000];
const CHOOSING_ROUNDS = 3;

/**
 * Measures `checkAllServices` beside the fastest bare loop over `node:http`, each in a process of its own.
 *
 * @param comparison - What both ask, and how much of the bare rate must be reached.
 * @param note - Told what is going on.
 * @returns The rows: by time, by CPU time, and with as many in flight as the bare loop.
 */
export async function compareRates(
  { urls, count, reuseConnections, target }: RateComparison,
  note: (text: string) => void,
): Promise<Row[]> {
  await using bare = new Worker<BareJob, BareOutcome>("workers/bare.ts");
  await using ours = new Worker<CheckJob, CheckOutcome>("workers/check.ts");
  const bareWith = async (inFlight: number): Promise<Rate> =>
    rateOf(count, await bare.run({ urls, count, inFlight, keepAlive: reuseConnections }));
  const oursWith = async (options: CheckJob["options"]): Promise<Rate> => {
    const outcome = await ours.run({ urls, count, options: { reuseConnections, ...options } });
    if (outcome.healthy !== count) throw new Error(`not all healthy: ${String(outcome.problem)}`);
    return rateOf(count, outcome);
  };

  const best = await bestInFlight(bareWith);
  note(`the bare loop is fastest with ${best.toLocaleString("en")} in flight`);
  await oursWith({});
  await oursWith({ concurrency: best });

  const rates = await alternate(ROUNDS, {
    bare: () => bareWith(best),
    ours: () => oursWith({}),
    matched: () => oursWith({ concurrency: best }),
  });
  const perSecond = (of: keyof typeof rates): number[] => rates[of].map((rate) => rate.perSecond);
  const perCpu = (of: keyof typeof rates): number[] => rates[of].map((rate) => rate.perCpuSecond);
  const bareLoop = `bare loop, ${best.toLocaleString("en")} in flight`;
  const ratio = ratioOf(perSecond("ours"), perSecond("bare"));
  return [
    {
      what: "checks per second",
      figure: shown(summarize(perSecond("ours")), "/s"),
      beside: `${bareLoop}: ${shown(summarize(perSecond("bare")), "/s")}`,
      ratio: shownRatio(ratio),
      target: `at least ${target.toFixed(2)}`,
      outcome: outcomeOf(ratio.median >= target),
    },
    {
      what: `the same, concurrency ${best.toLocaleString("en")}`,
      figure: shown(summarize(perSecond("matched")), "/s"),
      beside: "the same loop",
      ratio: shownRatio(ratioOf(perSecond("matched"), perSecond("bare"))),
      target: "none",
      outcome: "information",
    },
    {
      what: "checks per CPU-second",
      figure: shown(summarize(perCpu("ours")), "/s"),
      beside: `${bareLoop}: ${shown(summarize(perCpu("bare")), "/s")}`,
      ratio: shownRatio(ratioOf(perCpu("ours"), perCpu("bare"))),
      target: "none",
      outcome: "information",
    },
  ];
}

interface Rate {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

/**
 * Turns times into rates.
 *
 * @param count - How many checks it were.
 * @param outcome - How long they took.
 * @returns Checks per second, and per second of CPU time of the process that checks.
 */
export function rateOf(
  count: number,
  { seconds, cpuSeconds }: Pick<BareOutcome, "seconds" | "cpuSeconds">,
): Rate {
  return { perSecond: count / seconds, perCpuSecond: count / cpuSeconds };
}

async function bestInFlight(rateWith: (inFlight: number) => Promise<Rate>): Promise<number> {
  const variants = Object.fromEntries(
    IN_FLIGHT_CHOICES.map((inFlight) => [inFlight, () => rateWith(inFlight)]),
  );
  await alternate(1, variants);
  const rates = await alternate(CHOOSING_ROUNDS, variants);
  const medianOf = (inFlight: number): number =>
    summarize((rates[inFlight] ?? []).map(({ perSecond }) => perSecond)).median;
  return IN_FLIGHT_CHOICES.reduce((best, next) => (medianOf(next) > medianOf(best) ? next : best));
}
