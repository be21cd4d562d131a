import { expect, it } from "vitest";
import { asking, officeClock, servedOf, type Answered } from "../../test/support/served-lab.ts";
import type { ProbeAsked, ProbeOutcome } from "../ports/served.ts";

async function ask(
  outcome: ProbeOutcome | null,
  query: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered & { readonly asked: readonly ProbeAsked[] }> {
  const clock = officeClock();
  const asked: ProbeAsked[] = [];
  const prober = outcome && {
    probe: (each: ProbeAsked) => {
      asked.push(each);
      return Promise.resolve(outcome);
    },
  };
  const answered = await asking(servedOf([], clock, { prober }), clock)("probe", {
    query,
    headers,
  });
  return { ...answered, asked };
}

const DOWN = { type: "metrics", text: "probe_success 0\n" } as const;

it("a target that is down is an answer like any other", async () => {
  const { status, text, headers, asked } = await ask(DOWN, { target: "shop.example" });
  expect([status, text, headers]).toEqual([200, "probe_success 0\n", {}]);
  expect(asked).toEqual([
    {
      target: "shop.example",
      module: "http_2xx",
      hostname: null,
      client: "CN=alice 127.0.0.1",
      patienceMs: null,
      isDebug: false,
    },
  ]);
});

it("what Prometheus sends along is passed on", async () => {
  const query = { target: "a:1", module: "tcp", hostname: "b.example", debug: "true" };
  const scraping = { "x-prometheus-scrape-timeout-seconds": "9.5" };
  const { headers, asked } = await ask(DOWN, query, scraping);
  expect(headers).toEqual({ "content-type": "text/plain; charset=utf-8" });
  expect(asked).toMatchObject([
    { target: "a:1", module: "tcp", hostname: "b.example", patienceMs: 9_500, isDebug: true },
  ]);
});

it.each([
  [{ type: "forbidden", message: "not that" }, 403, "target-forbidden"],
  [{ type: "no-module", message: "no such" }, 400, "module-unknown"],
  [{ type: "busy", message: "many" }, 503, "probes-busy"],
  [null, 403, "target-forbidden"],
] as const)("%j is refused with %d", async (outcome, status, code) => {
  const answered = await ask(outcome, { target: "http://shop.example/" });
  expect(answered.json).toMatchObject({ status, code });
});

it.each(["", "x", "-1", "1e9", "0x5", "1,2"])(
  "a scrape timeout of %j is refused",
  async (seconds) => {
    const scraping = { "x-prometheus-scrape-timeout-seconds": seconds };
    const { json, asked } = await ask(DOWN, { target: "a" }, scraping);
    expect(json).toMatchObject({ status: 400, code: "request-invalid" });
    expect(asked).toEqual([]);
  },
);
