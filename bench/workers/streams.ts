/** Follows events over many streams at once, and measures how late each event reaches each. */
import { request, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "../child.ts";

/** How many follow what, and what makes something happen. */
export interface StreamsJob {
  readonly url: string;
  readonly streams: number;
  /** Asked by turns, one a second: each makes one event. */
  readonly changes: readonly { readonly method: string; readonly url: string }[];
  readonly seconds: number;
}

/** How late events arrived, counted from the time at which they are said to have happened. */
export interface StreamsOutcome {
  readonly events: number;
  /** Of all that should have arrived. */
  readonly missing: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
}

const SETTLE_MS = 2_000;
const CONNECTING_AT_ONCE = 50;

serve(async ({ url, streams, changes, seconds }: StreamsJob): Promise<StreamsOutcome> => {
  const late: number[] = [];
  const responses: IncomingMessage[] = [];
  for (let from = 0; from < streams; from += CONNECTING_AT_ONCE) {
    const count = Math.min(CONNECTING_AT_ONCE, streams - from);
    responses.push(...(await Promise.all(Array.from({ length: count }, () => follow(url, late)))));
  }
  await sleep(SETTLE_MS);
  late.length = 0;
  for (let second = 0; second < seconds; second += 1) {
    const startedMs = performance.now();
    const change = changes[second % changes.length];
    if (change !== undefined) await carryOut(change);
    await sleep(Math.max(0, 1_000 - (performance.now() - startedMs)));
  }
  await sleep(SETTLE_MS);
  for (const response of responses) response.destroy();
  const sorted = late.toSorted((a, b) => a - b);
  const share = (of: number): number => sorted[Math.ceil(sorted.length * of) - 1] ?? Number.NaN;
  return {
    events: seconds,
    missing: streams * seconds - late.length,
    p50Ms: share(0.5),
    p99Ms: share(0.99),
    mostMs: share(1),
  };
});

function follow(url: string, late: number[]): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { agent: false, headers: { accept: "text/event-stream" } }, (response) => {
      if (response.statusCode !== 200) {
        reject(new Error(`${url}: ${String(response.statusCode)}`));
        return;
      }
      let rest = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        const parts = `${rest}${text}`.split("\n\n");
        rest = parts.pop() ?? "";
        const nowMs = Date.now();
        for (const part of parts) {
          const at = /"at":"([^"]+)"/u.exec(part)?.[1];
          if (at !== undefined) late.push(nowMs - Date.parse(at));
        }
      });
      response.on("error", () => undefined);
      resolve(response);
    })
      .once("error", reject)
      .end();
  });
}

async function carryOut({ method, url }: StreamsJob["changes"][number]): Promise<void> {
  const init =
    method === "POST"
      ? { method, headers: { "content-type": "application/json" }, body: "{}" }
      : { method };
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${method} ${url}: ${String(response.status)}`);
  await response.arrayBuffer();
}
