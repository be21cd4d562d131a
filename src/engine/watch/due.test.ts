import fc from "fast-check";
import { expect, it } from "vitest";
import { anyPolicy, down, NOW, state, tried, well } from "../../../test/support/watch-decisions.ts";
import { failing, policy } from "../../../test/support/watch-lab.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";
import type { WatchState } from "../../model/watch-state.ts";
import { nextLookMs, type Turn } from "./due.ts";

const DAY_MS = 86_400_000;
const { findings } = failing();

const next = (
  believed: WatchState,
  how: WatchPolicy = policy(),
  turn: Partial<Turn> = {},
  waitUntil: number | null = null,
): number =>
  nextLookMs(
    believed,
    how,
    { gridMs: 0, startedMs: 1_000, nowMs: 1_200, ...turn },
    {
      now: NOW,
      waitUntil,
    },
  );

it("nextLookMs() stays on the grid while nothing is to be decided, however long a look took", () => {
  expect(next(well())).toBe(30_000);
  expect(next(down({ failures: 3 }))).toBe(30_000);
  expect(next(well(), policy(), { nowMs: 95_000, startedMs: 60_000 })).toBe(120_000);
  expect(next(well(), policy({ intervalMs: 100 * DAY_MS }))).toBe(100 * DAY_MS);
});

it("nextLookMs() repeats at the retry interval, counted from when the look began, until it is decided", () => {
  const deciding = [
    well({ failures: 1 }),
    state({ failures: 2 }),
    down({ failures: 0, passes: 1 }),
    well({ errors: 1 }),
    well({ errors: 2 }),
    down({ causedBy: "db", failures: 1 }),
    state({ findings, repair: tried({ graceUntil: NOW + 1 }) }),
  ];
  const decided = [
    well(),
    down(),
    state({ health: "unknown", errors: 3 }),
    down({ passes: 2, failures: 0 }),
    down({ causedBy: "db", failures: 0 }),
    state({ findings: [], repair: tried({ graceUntil: NOW + 1 }) }),
    state({ findings, repair: tried({ graceUntil: NOW }) }),
  ];
  expect(deciding.map((one) => next(one))).toEqual(deciding.map(() => 6_000));
  expect(decided.map((one) => next(one))).toEqual(decided.map(() => 30_000));
});

it("nextLookMs() is at once where the look took longer than the retry interval", () => {
  expect(next(well({ failures: 1 }), policy(), { nowMs: 9_000 })).toBe(9_000);
});

it("nextLookMs() looks soon at what has to prove itself, then less and less often", () => {
  const proving = (agoMs: number): number =>
    next(down({ failures: 0, repair: tried({ proving: 1, graceUntil: NOW + 2_000 - agoMs }) })) -
    1_200;
  expect([0, 100, 400, 2_000, 9_000, 60_000].map(proving)).toEqual([
    100, 100, 200, 1_000, 4_500, 5_000,
  ]);
});

it("nextLookMs() looks when the next attempt may be made", () => {
  expect(next(down(), policy(), {}, NOW + 2_000)).toBe(3_200);
  expect(next(down(), policy(), {}, NOW - 2_000)).toBe(1_200);
  expect(next(down(), policy(), {}, NOW + 3_000_000)).toBe(30_000);
});

it("nextLookMs() is never in the past, and never later than the next turn of the grid", () => {
  const believed = fc
    .record({
      health: fc.constantFrom("unknown" as const, "healthy" as const, "unhealthy" as const),
      failures: fc.nat({ max: 4 }),
      passes: fc.nat({ max: 4 }),
      errors: fc.nat({ max: 3 }),
      proving: fc.option(fc.constant(1)),
      graceUntil: fc.option(fc.integer({ min: NOW - DAY_MS, max: NOW + DAY_MS })),
    })
    .map(({ proving, graceUntil, ...rest }) =>
      state({ ...rest, findings, repair: tried({ proving, graceUntil }) }),
    );
  const times = fc.record({
    gridMs: fc.nat({ max: 60_000 }),
    startedMs: fc.nat({ max: 100 * DAY_MS }),
    tookMs: fc.nat({ max: 100_000 }),
    intervalMs: fc.integer({ min: 1, max: 100 * DAY_MS }),
    waitUntil: fc.option(fc.integer({ min: NOW - DAY_MS, max: NOW + DAY_MS })),
  });
  fc.assert(
    fc.property(
      believed,
      anyPolicy,
      times,
      (one, plan, { tookMs, intervalMs, waitUntil, ...at }) => {
        const nowMs = at.startedMs + tookMs;
        const how = { ...plan, intervalMs };
        const dueMs = next(one, how, { ...at, nowMs }, waitUntil);
        expect(dueMs).toBeGreaterThanOrEqual(nowMs);
        expect(dueMs).toBeLessThanOrEqual(Math.max(nowMs, at.gridMs) + intervalMs);
        const { failures, passes, errors, repair } = one;
        const isQuiet = failures + passes + errors === 0 && waitUntil === null;
        const isUntouched = repair.proving === null && repair.graceUntil === null;
        if (isQuiet && isUntouched) expect((dueMs - at.gridMs) % intervalMs).toBe(0);
      },
    ),
  );
});
