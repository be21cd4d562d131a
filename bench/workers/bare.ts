/** The ceiling: a bare loop over `node:http` that asks, reads the answer to its end, and does nothing else. */
import { Agent, get, type RequestOptions } from "node:http";
import { serve } from "../child.ts";

/** What to ask. */
export interface BareJob {
  /** Request number `i` goes to the URL number `i` of these, over and over. */
  readonly urls: readonly string[];
  /** How many requests are made. */
  readonly count: number;
  /** How many are under way at once. */
  readonly inFlight: number;
  /** True to send the next request over the same connection. */
  readonly keepAlive: boolean;
  /** What each body must contain; nothing by default, and then it is not looked at. */
  readonly needed?: string;
}

/** What was measured, all of it in this process. */
export interface BareOutcome {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The most memory that this process has held since it started. */
  readonly peakRssBytes: number;
}

serve(async (job: BareJob): Promise<BareOutcome> => {
  const { urls, count, inFlight, keepAlive, needed = "" } = job;
  const agent = keepAlive ? new Agent({ keepAlive: true }) : false;
  const targets = urls.map((text): RequestOptions => {
    const { hostname, port, pathname, search } = new URL(text);
    return { host: hostname, port, path: `${pathname}${search}`, agent };
  });
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(inFlight, count) }, async () => {
      while (next < count) {
        const target = targets[next % targets.length];
        next += 1;
        await ask(target ?? {}, needed);
      }
    }),
  );
  const seconds = (performance.now() - startedMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  if (agent !== false) agent.destroy();
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  return { seconds, cpuSeconds: (user + system) / 1e6, peakRssBytes };
});

function ask(target: RequestOptions, needed: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(target, (response) => {
      let body = "";
      if (needed === "") response.resume();
      else response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.once("error", reject).once("end", () => {
        const isRight = response.statusCode === 200 && body.includes(needed);
        if (isRight) resolve();
        else reject(new Error(`wrong answer, status ${String(response.statusCode)}: ${body}`));
      });
    }).once("error", reject);
  });
}
