import fc from "fast-check";
import { expect, it } from "vitest";
import { down, entry, NOW, tried, well } from "../../../test/support/watch-decisions.ts";
import { policy } from "../../../test/support/watch-lab.ts";
import { durationMs } from "../../model/duration.ts";
import { simulatedClock } from "../../testing/simulated-clock.ts";
import { chooseRepair } from "./choose-repair.ts";
import { nextLookMs } from "./due.ts";
import { Turns } from "./turns.ts";

const DAY_MS = 86_400_000;

/** From half a millisecond to ten years, as people write them; Node's timers end at 24.8 days. */
const WRITTEN = [
  0.000_5,
  0.05,
  1,
  "10ms",
  "1.5m",
  "2h",
  "7d",
  "24d",
  "25d",
  "49d17h2m47s296ms",
  "60d",
  "3650d",
] as const;

/** When something is looked at, five times in a row, by its schedule alone. */
async function looks(intervalMs: number): Promise<readonly number[]> {
  const clock = simulatedClock({ auto: false });
  const times: number[] = [];
  const how = policy({ intervalMs });
  const watched = entry({ name: "web", policy: how }, well());
  const turns = new Turns({
    clock,
    onTurn: () => {
      times.push(clock.elapsedMs());
      return Promise.resolve();
    },
    mayHaveTurn: () => true,
    onNoTurn: () => undefined,
    nextMs: ({ state, gridMs }) =>
      nextLookMs(
        state,
        how,
        { gridMs, startedMs: times.at(-1) ?? 0, nowMs: clock.elapsedMs() },
        { now: clock.now(), waitUntil: null },
      ),
  });
  turns.schedule(watched, 0);
  for (let count = 0; count < 4; count += 1) await clock.advance(intervalMs);
  await turns.stop();
  return times;
}

it.each(WRITTEN)(
  "what is looked at every %s is looked at exactly then, again and again",
  async (written) => {
    const intervalMs = durationMs(written) ?? NaN;
    const times = await looks(intervalMs);
    expect(times).toHaveLength(5);
    for (const [turn, at] of times.entries()) expect(at).toBeCloseTo(turn * intervalMs, 6);
  },
);

it("what is looked at however often is looked at exactly then", async () => {
  const anyMs = fc.oneof(
    fc.integer({ min: 1, max: 10_000 }),
    fc.integer({ min: 1, max: 3_650 * DAY_MS }),
  );
  await fc.assert(
    fc.asyncProperty(anyMs, async (intervalMs) => {
      expect(await looks(intervalMs)).toEqual([0, 1, 2, 3, 4].map((turn) => turn * intervalMs));
    }),
  );
});

it.each(WRITTEN)("a task acts again after %s, and no sooner", (written) => {
  const repeatActionMs = durationMs(written);
  const how = policy({ repairMode: "once", repeatActionMs });
  const nextAt = NOW + (repeatActionMs ?? NaN);
  const believed = down({ repair: tried({ tried: [1], attempts: 1, nextAt }) });
  expect(chooseRepair(believed, how, NOW)).toEqual({ type: "wait", until: nextAt });
  expect(chooseRepair(believed, how, nextAt).type).toBe("act");
});
