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
import type { BareFrameworkJob } from "../workers/bare-framework.ts";
import { hasWrk, load, type Load } from "../wrk.ts";

const ROUNDS = 7;
const SERVICES = 100;
const INTERVAL_SECONDS = 30;
const LOAD = { connections: 64, seconds: 4 };
const LIMIT_RATIO = 0.6;
const LIMIT_PER_SECOND = 20_000;
const PATH = "/api/status";

/** How often the status can be asked for, beside a server of the same framework that gives the same bytes. */
export const serveStatus: Benchmark = {
  name: "serve-status",
  run: async (note) => {
    if (!hasWrk()) return [notInstalled()];
    ensureBuilt(note);
    await using target = await startLightTarget(1);
    const urls = target.origins.map((origin) => `${origin}/ok`);
    await using serving = await startServing({
      urls,
      count: SERVICES,
      intervalSeconds: INTERVAL_SECONDS,
    });
    const url = serving.origin + PATH;
    const answer = await fetch(url);
    const contentType = answer.headers.get("content-type") ?? "";
    await using bare = new Worker<BareFrameworkJob, string>("workers/bare-framework.ts");
    const bareUrl = await bare.run({ path: PATH, contentType, body: await answer.text() });
    await load(url, LOAD);
    await load(bareUrl, LOAD);
    return rows(
      await alternate(ROUNDS, { ours: () => load(url, LOAD), bare: () => load(bareUrl, LOAD) }),
    );
  },
};

function rows(loads: Readonly<Record<"ours" | "bare", readonly Load[]>>): Row[] {
  const rates = (of: readonly Load[]): number[] => of.map(({ perSecond }) => perSecond);
  const ours = summarize(rates(loads.ours));
  const ratio = ratioOf(rates(loads.ours), rates(loads.bare));
  const what = `GET ${PATH}, wrk with ${String(LOAD.connections)} connections beside it`;
  return [
    {
      what,
      figure: shown(ours, "/s"),
      beside: `bare fastify, the same bytes: ${shown(summarize(rates(loads.bare)), "/s")}`,
      ratio: shownRatio(ratio),
      target: `ratio at least ${LIMIT_RATIO.toFixed(2)}`,
      outcome: outcomeOf(ratio.median >= LIMIT_RATIO),
    },
    {
      what: "the same",
      figure: shown(ours, "/s"),
      beside: "",
      ratio: "",
      target: `at least ${LIMIT_PER_SECOND.toLocaleString("en")}/s`,
      outcome: outcomeOf(ours.median >= LIMIT_PER_SECOND),
    },
  ];
}

function notInstalled(): Row {
  return {
    what: `GET ${PATH}`,
    figure: "",
    beside: "bare fastify",
    ratio: "",
    target: `ratio at least ${LIMIT_RATIO.toFixed(2)}`,
    outcome: "not measured: install wrk",
  };
}
