import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { outcomeOf, shown, summarize, type Benchmark, type Row } from "../harness.ts";
import { startLightTarget } from "../nginx-target.ts";
import { ensureBuilt } from "../program.ts";
import { startServing } from "../serving.ts";

const PORTS = 8;
const METRICS = { count: 10_000, intervalSeconds: 60, rounds: 20, limitMs: 100, blockMs: 20 };
const RESOURCES = { count: 5_000, intervalSeconds: 30, rounds: 300, limitMs: 50 };
const PING_GAP_MS = 2;

/** The two long answers: all metrics of 10,000 resources, all of 5,000 resources; and whether they hold up others. */
export const serveLists: Benchmark = {
  name: "serve-lists",
  run: async (note) => {
    ensureBuilt(note);
    await using target = await startLightTarget(PORTS);
    const urls = target.origins.map((origin) => `${origin}/ok`);
    return [...(await metrics(urls)), ...(await resources(urls))];
  },
};

async function metrics(urls: readonly string[]): Promise<Row[]> {
  const { count, intervalSeconds, rounds, limitMs, blockMs } = METRICS;
  await using serving = await startServing({ urls, count, intervalSeconds });
  const url = `${serving.origin}/api/metrics`;
  const { took, bytes } = await repeatedly(url, rounds);
  const alone = await pinging(`${serving.origin}/api/live`, () => sleep(2_000));
  const beside = await pinging(`${serving.origin}/api/live`, async () => {
    await repeatedly(url, rounds);
  });
  const times = summarize(took);
  const many = count.toLocaleString("en");
  return [
    {
      what: `GET /api/metrics, ${many} resources, ${(bytes / 1e6).toFixed(1)} MB`,
      figure: shown(times, " ms"),
      beside: "",
      ratio: "",
      target: `below ${String(limitMs)} ms`,
      outcome: outcomeOf(times.median < limitMs),
    },
    {
      what: "the longest that another request waits meanwhile",
      figure: `${beside.toFixed(1)} ms`,
      beside: `without: ${alone.toFixed(1)} ms`,
      ratio: "",
      target: `at most ${String(blockMs)} ms more`,
      outcome: outcomeOf(beside - alone <= blockMs),
    },
  ];
}

async function resources(urls: readonly string[]): Promise<Row[]> {
  const { count, intervalSeconds, rounds, limitMs } = RESOURCES;
  await using serving = await startServing({ urls, count, intervalSeconds });
  const url = `${serving.origin}/api/resources?limit=${String(count)}`;
  const { took, bytes } = await repeatedly(url, rounds);
  const sorted = took.toSorted((a, b) => a - b);
  const p99Ms = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
  const times = summarize(took);
  return [
    {
      what: `p99 of GET /api/resources, ${count.toLocaleString("en")} resources, ${(bytes / 1e6).toFixed(1)} MB`,
      figure: `${p99Ms.toFixed(1)} ms`,
      beside: `median: ${shown(times, " ms", 1)}`,
      ratio: "",
      target: `below ${String(limitMs)} ms`,
      outcome: outcomeOf(p99Ms < limitMs),
    },
  ];
}

async function repeatedly(
  url: string,
  rounds: number,
): Promise<{ readonly took: readonly number[]; readonly bytes: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const took: number[] = [];
  let bytes = await get(url, agent);
  for (let round = 0; round < rounds; round += 1) {
    const startedMs = performance.now();
    bytes = await get(url, agent);
    took.push(performance.now() - startedMs);
  }
  agent.destroy();
  return { took, bytes };
}

/** The longest that a small request takes while something else is done: nobody is served while the loop is held up. */
async function pinging(url: string, meanwhile: () => Promise<void>): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await get(url, agent);
  let isOver = false;
  let longestMs = 0;
  const ping = async (): Promise<void> => {
    while (!isOver) {
      const startedMs = performance.now();
      await get(url, agent);
      longestMs = Math.max(longestMs, performance.now() - startedMs);
      await sleep(PING_GAP_MS);
    }
  };
  const pings = ping();
  await meanwhile();
  isOver = true;
  await pings;
  agent.destroy();
  return longestMs;
}

function get(url: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { agent }, (response) => {
      let bytes = 0;
      response
        .on("data", (chunk: Buffer) => {
          bytes += chunk.length;
        })
        .once("error", reject)
        .once("end", () => {
          if (response.statusCode === 200) resolve(bytes);
          else reject(new Error(`${url}: ${String(response.statusCode)}`));
        });
    })
      .once("error", reject)
      .end();
  });
}
