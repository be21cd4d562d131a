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
import { startLightTarget } from "../nginx-target.ts";
import { rateOf } from "../rates.ts";
import { services } from "../watching.ts";
import type { BareJob, BareOutcome } from "../workers/bare.ts";
import type { RawJob, RawOutcome } from "../workers/raw-tcp.ts";
import type { WatchJob, WatchOutcome } from "../workers/watch.ts";

const ROUNDS = 7;
const COUNT = 10_000;
const PORTS = 8;
const IN_FLIGHT_CHOICES = [8, 32, 128];
const RAW_IN_FLIGHT = 64;
/** So many resources, each of which is looked at again as soon as it can be. */
const RESOURCES = 128;
const AT_ONCE_SECONDS = 0.001;
const WARM_UP_MS = 1_000;
const MEASURE_MS = 4_000;
const TARGET = 2;
const WHAT = "checks per second, judged and stored";

/** Watching over HTTP as fast as it goes, a new connection for each check, beside blackbox_exporter with the same target. */
export const watchHttp: Benchmark = {
  name: "watch-http",
  run: async (note) => {
    await using peer = await startBlackbox();
    return peer === null ? [notInstalled()] : await compare(peer, note);
  },
};

async function compare(peer: Blackbox, note: (text: string) => void): Promise<Row[]> {
  await using target = await startLightTarget(PORTS);
  await using client = new Worker<BareJob, BareOutcome>("workers/bare.ts");
  await using raw = new Worker<RawJob, RawOutcome>("workers/raw-tcp.ts");
  await using watcher = new Worker<WatchJob, WatchOutcome>("workers/watch.ts");
  const urls = target.origins.map((origin) => `${origin}/ok`);
  const probes = urls.map(peer.probeUrl);
  const theirs = async (inFlight: number): Promise<Rates> => {
    const before = peer.cpuSeconds();
    const asked = { urls: probes, inFlight, keepAlive: true, needed: "\nprobe_success 1\n" };
    const { seconds } = await client.run({ ...asked, count: COUNT });
    return rateOf(COUNT, { seconds, cpuSeconds: peer.cpuSeconds() - before });
  };
  const variants = {
    ours: () => ours(watcher, urls),
    theirs: () => theirs(best.inFlight),
    tcp: async () => rateOf(COUNT, await raw.run({ urls, count: COUNT, inFlight: RAW_IN_FLIGHT })),
  };
  let best = { inFlight: 0, perSecond: 0 };
  for (const inFlight of IN_FLIGHT_CHOICES) {
    const { perSecond } = await theirs(inFlight);
    if (perSecond > best.perSecond) best = { inFlight, perSecond };
  }
  note(`the target is ${target.name}`);
  note(`blackbox_exporter is fastest with ${String(best.inFlight)} in flight`);
  await ours(watcher, urls);
  const rates = await alternate(ROUNDS, variants);
  return rows(rates, `blackbox_exporter, ${String(best.inFlight)} in flight`);
}

type Rates = ReturnType<typeof rateOf>;

async function ours(
  watcher: Worker<WatchJob, WatchOutcome>,
  urls: readonly string[],
): Promise<Rates> {
  const outcome = await watcher.run({
    groups: [services(RESOURCES, AT_ONCE_SECONDS, { urls })],
    transport: "network",
    warmUpMs: WARM_UP_MS,
    measureMs: MEASURE_MS,
    isCounted: true,
  });
  const { problem, seen, stored, passed, looksPerSecond, cpuMsPerLook } = outcome;
  if (problem !== null) throw new Error(problem);
  if (stored !== seen || passed !== seen) {
    throw new Error(
      `of ${String(seen)} checks, ${String(passed)} passed, ${String(stored)} stored`,
    );
  }
  return { perSecond: looksPerSecond, perCpuSecond: 1_000 / cpuMsPerLook };
}

function rows(
  rates: Readonly<Record<"ours" | "theirs" | "tcp", readonly Rates[]>>,
  peer: string,
): Row[] {
  const per = (of: keyof typeof rates, what: keyof Rates): number[] =>
    rates[of].map((rate) => rate[what]);
  const row = (what: string, rate: keyof Rates, beside: "theirs" | "tcp", name: string): Row => {
    const ratio = ratioOf(per("ours", rate), per(beside, rate));
    const isTarget = rate === "perSecond" && beside === "theirs";
    return {
      what,
      figure: shown(summarize(per("ours", rate)), "/s"),
      beside: `${name}: ${shown(summarize(per(beside, rate)), "/s")}`,
      ratio: shownRatio(ratio),
      target: isTarget ? `at least ${TARGET.toFixed(2)}` : "none",
      outcome: isTarget ? outcomeOf(ratio.median >= TARGET) : "information",
    };
  };
  return [
    row(WHAT, "perSecond", "theirs", peer),
    row("the same, per CPU-second", "perCpuSecond", "theirs", peer),
    row("the same, beside connect, ask, read, close", "perSecond", "tcp", "bare sockets"),
  ];
}

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
