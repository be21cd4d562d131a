import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "../child.ts";
import { outcomeOf, type Benchmark, type Row } from "../harness.ts";
import { startLightTarget } from "../nginx-target.ts";
import { ensureBuilt } from "../program.ts";
import { askJson, residentBytes, startServing, type Serving } from "../serving.ts";
import type { OpenLoopJob, OpenLoopOutcome } from "../workers/open-loop.ts";

const SERVICES = 5_000;
const INTERVAL_SECONDS = 5;
const PORTS = 8;
const PER_SECOND = 500;
const WARM_UP_SECONDS = 180;
const SECONDS = Number(process.env["CLOCKWORK_BENCH_LOAD_SECONDS"] ?? "600");
const SLICES = 10;
const LIMIT_P99_MS = 10;
const LIMIT_LATE_MS = 100;
const LIMIT_GROWTH_MB = 50;
const HOUR_SECONDS = 3_600;

/** 500 requests a second beside 1,000 checks a second: how long answers take, how late checks begin, how memory grows. */
export const serveLoad: Benchmark = {
  name: "serve-load",
  run: async (note) => {
    ensureBuilt(note);
    await using target = await startLightTarget(PORTS);
    const urls = target.origins.map((origin) => `${origin}/ok`);
    await using serving = await startServing({
      urls,
      count: SERVICES,
      intervalSeconds: INTERVAL_SECONDS,
    });
    await using client = new Worker<OpenLoopJob, OpenLoopOutcome>("workers/open-loop.ts");
    const ask = (seconds: number): Promise<OpenLoopOutcome> =>
      client.run({ url: `${serving.origin}/api/status`, perSecond: PER_SECOND, seconds });
    await ask(WARM_UP_SECONDS);
    const slices: OpenLoopOutcome[] = [];
    const memory: number[] = [residentBytes(serving.pid) ?? Number.NaN];
    for (let slice = 0; slice < SLICES; slice += 1) {
      slices.push(await ask(SECONDS / SLICES));
      memory.push(residentBytes(serving.pid) ?? Number.NaN);
    }
    const late = await lateness(serving);
    note(`memory in MB: ${memory.map((bytes) => (bytes / 1e6).toFixed(0)).join(", ")}`);
    return [answers(slices), checks(late), growth(memory)];
  },
};

async function lateness({ origin }: Serving): Promise<number> {
  // The worst of the last minute.
  await sleep(1_000);
  return Number((await askJson(`${origin}/api/status`))["scheduleLatenessMs"]);
}

function answers(slices: readonly OpenLoopOutcome[]): Row {
  const failed = slices.reduce((sum, slice) => sum + slice.failed, 0);
  const p99s = slices.map(({ p99Ms }) => p99Ms).toSorted((a, b) => a - b);
  const p99Ms = p99s[Math.floor(p99s.length / 2)] ?? Number.NaN;
  const most = Math.max(...slices.map(({ mostMs }) => mostMs));
  return {
    what: `p99 of GET /api/status at ${String(PER_SECOND)}/s beside ${String(SERVICES / INTERVAL_SECONDS)} checks/s`,
    figure: `${p99Ms.toFixed(1)} ms (${(p99s[0] ?? 0).toFixed(1)}–${(p99s.at(-1) ?? 0).toFixed(1)})`,
    beside: `most: ${most.toFixed(0)} ms; failed: ${String(failed)}`,
    ratio: "",
    target: `below ${String(LIMIT_P99_MS)} ms`,
    outcome: outcomeOf(p99Ms < LIMIT_P99_MS && failed === 0),
  };
}

function checks(lateMs: number): Row {
  return {
    what: "the latest check of the last minute, meanwhile",
    figure: `${lateMs.toFixed(0)} ms late`,
    beside: "",
    ratio: "",
    target: `at most ${String(LIMIT_LATE_MS)} ms`,
    outcome: outcomeOf(lateMs <= LIMIT_LATE_MS),
  };
}

// The slope of a straight line through all of them: a single one may stand at the top of a collection of garbage.
function growth(memory: readonly number[]): Row {
  const middle = (memory.length - 1) / 2;
  const mean = memory.reduce((sum, bytes) => sum + bytes, 0) / memory.length;
  const above = memory.reduce((sum, bytes, x) => sum + (x - middle) * (bytes - mean), 0);
  const below = memory.reduce((sum, _, x) => sum + (x - middle) ** 2, 0);
  const perHourMb = ((above / below) * SLICES * HOUR_SECONDS) / SECONDS / 1e6;
  return {
    what: `growth of resident memory in an hour, extrapolated from ${String(SECONDS)} s`,
    figure: `${perHourMb.toFixed(0)} MB`,
    beside: `at the end: ${((memory.at(-1) ?? 0) / 1e6).toFixed(0)} MB`,
    ratio: "",
    target: `below ${String(LIMIT_GROWTH_MB)} MB`,
    outcome: outcomeOf(perHourMb < LIMIT_GROWTH_MB),
  };
}
