import { startBlackbox, type Blackbox } from "../blackbox.ts";
import { Worker } from "../child.ts";
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
import { rateOf } from "../rates.ts";
import { startTarget } from "../target-server.ts";
import type { BareJob, BareOutcome } from "../workers/bare.ts";
import type { CheckJob, CheckOutcome } from "../workers/check.ts";

const ROUNDS = 7;
const COUNT = 5_000;
const IN_FLIGHT_CHOICES = [8, 32, 128];
const TARGET = 2;
const WHAT = "checks per CPU-second";

/** The checks that a second of CPU time pays for, beside those of blackbox_exporter with the same target. */
export const blackbox: Benchmark = {
  name: "blackbox",
  run: async (note) => {
    await using peer = await startBlackbox();
    return peer === null ? [notInstalled()] : await compare(peer, note);
  },
};

function notInstalled(): Row {
  return {
    what: WHAT,
    figure: "",
    beside: "blackbox_exporter",
    ratio: "",
    target: `at least ${TARGET.toFixed(2)}`,
    outcome: "not measured: install the Debian package prometheus-blackbox-exporter",
  };
}

async function compare(peer: Blackbox, note: (text: string) => void): Promise<Row[]> {
  await using target = await startTarget(8);
  await using client = new Worker<BareJob, BareOutcome>("workers/bare.ts");
  await using checker = new Worker<CheckJob, CheckOutcome>("workers/check.ts");
  const urls = target.origins.map((origin) => `${origin}/ok`);
  const probes = urls.map(peer.probeUrl);
  const needed = "\nprobe_success 1\n";

  const theirs = async (inFlight: number): Promise<ReturnType<typeof rateOf>> => {
    const before = peer.cpuSeconds();
    const job = { urls: probes, count: COUNT, inFlight, keepAlive: true, needed };
    const { seconds } = await client.run(job);
    return rateOf(COUNT, { seconds, cpuSeconds: peer.cpuSeconds() - before });
  };
  const ours = async (): Promise<ReturnType<typeof rateOf>> => {
    const outcome = await checker.run({ urls, count: COUNT });
    if (outcome.healthy !== COUNT) throw new Error(`not all healthy: ${String(outcome.problem)}`);
    return rateOf(COUNT, outcome);
  };

  let best = { inFlight: 0, perCpuSecond: 0 };
  for (const inFlight of IN_FLIGHT_CHOICES) {
    const { perCpuSecond } = await theirs(inFlight);
    if (perCpuSecond > best.perCpuSecond) best = { inFlight, perCpuSecond };
  }
  note(`blackbox_exporter does most for its CPU time with ${String(best.inFlight)} in flight`);
  await ours();
  const rates = await alternate(ROUNDS, { ours, theirs: () => theirs(best.inFlight) });

  const perCpu = (of: keyof typeof rates): number[] => rates[of].map((rate) => rate.perCpuSecond);
  const perSecond = (of: keyof typeof rates): number[] => rates[of].map((rate) => rate.perSecond);
  const ratio = ratioOf(perCpu("ours"), perCpu("theirs"));
  const name = `blackbox_exporter, ${String(best.inFlight)} in flight`;
  return [
    {
      what: WHAT,
      figure: shown(summarize(perCpu("ours")), "/s"),
      beside: `${name}: ${shown(summarize(perCpu("theirs")), "/s")}`,
      ratio: shownRatio(ratio),
      target: `at least ${TARGET.toFixed(2)}`,
      outcome: outcomeOf(ratio.median >= TARGET),
    },
    {
      what: "checks per second",
      figure: shown(summarize(perSecond("ours")), "/s"),
      beside: `${name}: ${shown(summarize(perSecond("theirs")), "/s")}`,
      ratio: shownRatio(ratioOf(perSecond("ours"), perSecond("theirs"))),
      target: "none",
      outcome: "information",
    },
  ];
}
