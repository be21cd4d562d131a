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
import { ensureBuilt } from "../program.ts";
import { startServing } from "../serving.ts";
import type { BareJob, BareOutcome } from "../workers/bare.ts";

const ROUNDS = 7;
const COUNT = 2_000;
const IN_FLIGHT = 32;
const PORTS = 8;
/** What is probed is watched, too, but not while it is measured. */
const INTERVAL_SECONDS = 3_600;
const LIMIT_RATIO = 0.8;
const WHAT = `probes per second, ${String(IN_FLIGHT)} in flight, a new connection to the target for each`;
const PEER = "blackbox_exporter, the same target";

/** How many probes `/probe` answers, beside blackbox_exporter with the same target. */
export const serveProbe: Benchmark = {
  name: "serve-probe",
  run: async (note) => {
    await using peer = await startBlackbox();
    if (peer === null) return [notInstalled()];
    ensureBuilt(note);
    return await compare(peer);
  },
};

async function compare(peer: Blackbox): Promise<Row[]> {
  await using target = await startLightTarget(PORTS);
  const urls = target.origins.map((origin) => `${origin}/ok`);
  await using serving = await startServing({
    urls,
    count: PORTS,
    intervalSeconds: INTERVAL_SECONDS,
  });
  await using client = new Worker<BareJob, BareOutcome>("workers/bare.ts");
  const rate = async (probeUrls: readonly string[]): Promise<number> => {
    const asked = { urls: probeUrls, inFlight: IN_FLIGHT, keepAlive: true };
    const needed = "\nprobe_success 1\n";
    const { seconds } = await client.run({ ...asked, needed, count: COUNT });
    return COUNT / seconds;
  };
  const query = (url: string): string => `module=http_2xx&target=${encodeURIComponent(url)}`;
  const ours = urls.map((url) => `${serving.origin}/probe?${query(url)}`);
  const theirs = urls.map(peer.probeUrl);
  await rate(ours);
  await rate(theirs);
  const rates = await alternate(ROUNDS, { ours: () => rate(ours), theirs: () => rate(theirs) });
  const ratio = ratioOf(rates.ours, rates.theirs);
  return [
    {
      what: WHAT,
      figure: shown(summarize(rates.ours), "/s"),
      beside: `${PEER}: ${shown(summarize(rates.theirs), "/s")}`,
      ratio: shownRatio(ratio),
      target: `ratio at least ${LIMIT_RATIO.toFixed(2)}`,
      outcome: outcomeOf(ratio.median >= LIMIT_RATIO),
    },
  ];
}

function notInstalled(): Row {
  return {
    what: WHAT,
    figure: "",
    beside: PEER,
    ratio: "",
    target: `ratio at least ${LIMIT_RATIO.toFixed(2)}`,
    outcome: "not measured: install the Debian package prometheus-blackbox-exporter",
  };
}
