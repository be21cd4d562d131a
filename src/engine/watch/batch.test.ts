import { expect, it } from "vitest";
import { state } from "../../../test/support/watch-decisions.ts";
import type { ResultRow } from "../../model/history.ts";
import type { WatchState } from "../../model/watch-state.ts";
import { simulatedClock, type SimulatedClock } from "../../testing/simulated-clock.ts";
import { Batch } from "./batch.ts";

interface Recorded {
  readonly results: readonly ResultRow[];
  readonly states: readonly WatchState[];
}

function gathering(): {
  readonly batch: Batch;
  readonly clock: SimulatedClock;
  readonly recorded: Recorded[];
} {
  const recorded: Recorded[] = [];
  const clock = simulatedClock({ auto: false });
  const record = (one: Recorded): boolean => recorded.push(one) > 0;
  return { batch: new Batch({ record }, clock), clock, recorded };
}

const row = (at: number): ResultRow => ({
  resource: "web",
  at,
  verdict: "pass",
  isDegraded: false,
  durationMs: 1,
});

it("Batch hands on what came within 50 ms, at once and in its order", async () => {
  const { batch, clock, recorded } = gathering();
  for (let at = 0; at < 5; at += 1) {
    batch.add(row(at), null);
    await clock.advance(10);
  }
  expect(recorded).toEqual([{ results: [0, 1, 2, 3, 4].map(row), states: [] }]);
  expect(clock.pending()).toBe(0);
  batch.add(row(6), null);
  await clock.advance(49);
  expect(recorded).toHaveLength(1);
  await clock.advance(1);
  expect(recorded[1]?.results).toEqual([row(6)]);
});

it("Batch keeps of each resource the last state, and none that a commit has overtaken", () => {
  const { batch, recorded } = gathering();
  batch.add(row(1), state({ failures: 1 }));
  batch.add(row(2), state({ failures: 2 }));
  batch.add(row(3), state({ resource: "db", failures: 1 }));
  batch.drop("db");
  batch.flush();
  expect(recorded).toEqual([{ results: [1, 2, 3].map(row), states: [state({ failures: 2 })] }]);
  batch.flush();
  expect(recorded).toHaveLength(1);
});

it("Batch waits for no more than a thousand", () => {
  const { batch, clock, recorded } = gathering();
  for (let at = 0; at < 2_500; at += 1) batch.add(row(at), null);
  expect(recorded.map(({ results }) => results.length)).toEqual([1_000, 1_000]);
  batch.flush();
  expect(recorded.flatMap(({ results }) => results)).toEqual(
    Array.from({ length: 2_500 }, (_, at) => row(at)),
  );
  expect(clock.pending()).toBe(0);
});
