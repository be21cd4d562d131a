import fc from "fast-check";
import { expect, it } from "vitest";
import { probe } from "../../../test/support/probe.ts";
import type { Pulse } from "../../model/heartbeat.ts";
import type { Clock } from "../../ports/clock.ts";
import type { World } from "../../ports/world.ts";
import { HeartbeatAssert } from "./heartbeat.ts";

const { kind } = HeartbeatAssert;

const NOW = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
const WITHIN = 25 * HOUR_MS;

function world(pulse: Pulse, asked: string[] = []): Pick<World, "heartbeats" | "clock"> {
  const clock: Partial<Clock> = { now: () => NOW };
  const of = (resource: string): Promise<Pulse> => {
    asked.push(resource);
    return Promise.resolve(pulse);
  };
  return { clock: clock as Clock, heartbeats: () => Promise.resolve({ of }) };
}

/** What is known of a job that reported so long ago. */
function heard(ageMs: number, isOk = true, comment = ""): Pulse {
  const last = { resource: "resource", at: NOW - ageMs, isOk, comment, by: "cron" };
  return { last, expectedSince: NOW - 1_000 * HOUR_MS };
}

const judged = (pulse: Pulse, options: object = {}): ReturnType<typeof probe> =>
  probe(kind, { within: "25h", ...options }, { world: world(pulse) });

it.each([
  [0, "a heartbeat 0s ago"],
  [2 * HOUR_MS, "a heartbeat 2h ago"],
  [WITHIN, "a heartbeat 1d1h ago"],
  [-WITHIN, "a heartbeat 1d1h ago"],
])("HeartbeatAssert passes where the last heartbeat is %d ms old", async (ageMs, actual) => {
  expect(await judged(heard(ageMs))).toMatchObject({
    verdict: "pass",
    expected: "a heartbeat within 1d1h",
    actual,
    metrics: { ageSeconds: ageMs / 1_000 },
  });
});

it.each([
  [WITHIN + 1, "no heartbeat for 1d1h1s"],
  [26 * HOUR_MS, "no heartbeat for 1d2h"],
  [-WITHIN - 1, "1d1h1s in the future"],
])("HeartbeatAssert fails where the last heartbeat is %d ms old", async (ageMs, actual) => {
  expect(await judged(heard(ageMs))).toMatchObject({ verdict: "fail", actual });
  expect(await judged(heard(ageMs, false))).toMatchObject({ verdict: "fail", actual });
});

it("HeartbeatAssert fails when the job said that it failed, in its words", async () => {
  expect(await judged(heard(HOUR_MS, false, "no space left"))).toMatchObject({
    verdict: "fail",
    actual: "the job said 1h ago that it failed: no space left",
    details: "no space left",
  });
  const silent = await judged(heard(HOUR_MS, false));
  expect(silent).toMatchObject({ verdict: "fail", actual: "the job said 1h ago that it failed" });
  expect(silent).not.toHaveProperty("details");
});

it("HeartbeatAssert takes a failure for a sign of life where that is all that matters", async () => {
  const options = { mustSucceed: false };
  expect(await judged(heard(HOUR_MS, false, "no space left"), options)).toMatchObject({
    verdict: "pass",
    actual: "the job said 1h ago that it failed: no space left",
  });
  expect(await judged(heard(26 * HOUR_MS), options)).toMatchObject({ verdict: "fail" });
});

it.each([
  [0, "pass", "no heartbeat yet, expected for 0s"],
  [WITHIN, "pass", "no heartbeat yet, expected for 1d1h"],
  [WITHIN + 1, "fail", "no heartbeat for 1d1h1s"],
])(
  "HeartbeatAssert counts from the last deploy before the first heartbeat: %d ms",
  async (sinceMs, verdict, actual) => {
    const judgement = await judged({ last: null, expectedSince: NOW - sinceMs });
    expect(judgement).toMatchObject({ verdict, actual });
    expect(judgement).not.toHaveProperty("metrics");
  },
);

it("HeartbeatAssert says that it cannot tell where nothing was deployed", async () => {
  await expect(judged({ last: null, expectedSince: null })).rejects.toThrow("never deployed");
});

it("HeartbeatAssert asks for its own resource", async () => {
  const asked: string[] = [];
  await probe(kind, { within: 60 }, { world: world(heard(0), asked) });
  expect(asked).toEqual(["resource"]);
});

it("HeartbeatAssert says what it wants", () => {
  const claim = (options: object): string => kind.claim({ within: 90_000, ...options });
  expect(claim({ mustSucceed: true })).toBe("the job succeeds within 1d1h");
  expect(claim({ mustSucceed: false })).toBe("a heartbeat comes within 1d1h");
});

it("HeartbeatAssert stays within its words, whatever a job says", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 5_000, unit: "binary" }), async (comment) => {
      const { actual } = await judged(heard(HOUR_MS, false, comment));
      expect(actual.length).toBeLessThan(300);
      expect(actual).not.toMatch(/[\n\r\u2028]/u);
    }),
  );
});
