import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  DEFAULT_RETENTION,
  type Resolution,
  type ResultRow,
  type RollUp,
} from "../../src/model/history.ts";
import type { Store } from "../../src/ports/store.ts";
import { testFolder, type TestFolder } from "../support/folder.ts";
import { put } from "../support/state.ts";
import { STORES } from "../support/stores.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, MONDAY, result, watchState } from "../support/watching.ts";

const SPAN_MS: Readonly<Record<Resolution, number>> = {
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: DAY_MS,
};
const RESOLUTIONS: readonly Resolution[] = ["minute", "hour", "day"];
const KEEP_ALL = {
  rawMs: Infinity,
  minutesMs: Infinity,
  hoursMs: Infinity,
  daysMs: Infinity,
  limitBytes: Infinity,
};
const ALL = { from: 0, to: Infinity };

let folder: TestFolder;
let store: Store;
beforeEach(() => {
  folder = testFolder();
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** What a roll-up must be, counted by hand. */
function countByHand(rows: readonly ResultRow[], spanMs: number): readonly RollUp[] {
  const starts = [...new Set(rows.map(({ at }) => Math.floor(at / spanMs) * spanMs))];
  return starts
    .sort((one, other) => one - other)
    .map((at) => {
      const own = rows.filter((each) => each.at >= at && each.at < at + spanMs);
      const having = (verdict: string, isDegraded = false): number =>
        own.filter((each) => each.verdict === verdict && each.isDegraded === isDegraded).length;
      const tenths = own.flatMap(({ durationMs }) =>
        durationMs === null ? [] : [Math.round(durationMs * 10)],
      );
      const sum = tenths.reduce((all, each) => all + each, 0);
      return {
        at,
        passes: having("pass"),
        degraded: having("pass", true),
        failures: having("fail"),
        errors: having("error"),
        skipped: having("skipped"),
        meanMs: tenths.length === 0 ? null : sum / tenths.length / 10,
        maxMs: tenths.length === 0 ? null : Math.max(...tenths) / 10,
      };
    });
}

const row = fc
  .record({
    // Two days and two hours, most of it in a few of them.
    at: fc.oneof(
      fc.nat(50 * HOUR_MS),
      fc.nat(HOUR_MS),
      fc.constantFrom(0, HOUR_MS - 1, HOUR_MS, DAY_MS - 1, DAY_MS),
    ),
    verdict: fc.constantFrom("pass", "fail", "error", "skipped"),
    isDegraded: fc.boolean(),
    durationMs: fc.option(
      fc.oneof(fc.nat(300), fc.nat(3_000_000)).map((tenths) => tenths / 10),
      { freq: 5 },
    ),
  })
  .map(({ at, verdict, isDegraded, durationMs }) => ({
    at: MONDAY + at,
    verdict,
    isDegraded: verdict === "pass" && isDegraded,
    durationMs,
  }));

describe.each(Object.entries(STORES))("the history of a store: %s", (_, kind) => {
  beforeEach(() => {
    store = kind.open(folder.path);
  });

  const record = async (...results: readonly ResultRow[]): Promise<void> => {
    store.record({ results, states: [] });
    await store.flush();
  };
  const fold = async (now: number, retention = {}): Promise<unknown> =>
    await store.fold({ now, retention: { ...DEFAULT_RETENTION, ...retention } });

  it("is what was recorded, and counts what one counts by hand, whenever it is folded", async () => {
    let last = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ rows: fc.array(row, { maxLength: 40 }), foldAt: fc.nat(60) }), {
          maxLength: 4,
        }),
        async (rounds) => {
          last += 1;
          const resource = `r${String(last)}`;
          const all: ResultRow[] = [];
          const foldAts: (number | null)[] = [];
          for (const { rows, foldAt } of rounds) {
            const results = rows.map((each) => ({ resource, ...each }));
            all.push(...results);
            await record(...results, result(`beside ${resource}`, MONDAY));
            // Not each time: what is folded meets what is not.
            const isFolded = foldAt <= 50;
            foldAts.push(isFolded ? foldAt : null);
            if (isFolded) await fold(MONDAY + foldAt * HOUR_MS, KEEP_ALL);
          }
          const expected = all.toSorted((one, other) => one.at - other.at);
          expect(await store.results({ resource, ...ALL })).toEqual(expected);
          for (const resolution of RESOLUTIONS) {
            expect(await store.rollUps({ resource, ...ALL, resolution })).toEqual(
              countByHand(expected, SPAN_MS[resolution]),
            );
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it("keeps times in milliseconds and durations in tenths of one", async () => {
    await record(
      result("web", MONDAY + 0.4, { durationMs: 12.3456 }),
      result("web", MONDAY + 1, { durationMs: 0 }),
      result("web", MONDAY + 2, { durationMs: 0.01 }),
      result("web", MONDAY + 3, { durationMs: null, verdict: "skipped", isDegraded: true }),
      result("web", MONDAY + 4, { durationMs: 86_400_000 }),
    );
    const expected = [
      result("web", MONDAY, { durationMs: 12.3 }),
      result("web", MONDAY + 1, { durationMs: 0 }),
      result("web", MONDAY + 2, { durationMs: 0 }),
      result("web", MONDAY + 3, { durationMs: null, verdict: "skipped" }),
      result("web", MONDAY + 4, { durationMs: 86_400_000 }),
    ];
    expect(await store.results({ resource: "web", ...ALL })).toEqual(expected);
    await fold(MONDAY + HOUR_MS);
    expect(await store.results({ resource: "web", ...ALL })).toEqual(expected);
  });

  it.each([
    { at: NaN, durationMs: NaN },
    { at: -5, durationMs: -1 },
    { at: Infinity, durationMs: Infinity },
  ])("survives what is none: %j", async (none) => {
    await record(result("web", none.at, none), result("api", MONDAY));
    expect(await store.results({ resource: "api", ...ALL })).toHaveLength(1);
    await fold(MONDAY + HOUR_MS);
    expect(await store.results({ resource: "api", ...ALL })).toHaveLength(1);
  });

  it("is read from a time up to another, the newest of too many", async () => {
    const every = Array.from({ length: 300 }, (_each, index) =>
      result("web", MONDAY + index * MINUTE_MS),
    );
    await record(...every);
    await fold(MONDAY + 3 * HOUR_MS);
    const between = { resource: "web", from: MONDAY + 10 * MINUTE_MS };
    const to = MONDAY + 290 * MINUTE_MS;
    expect(await store.results({ ...between, to })).toEqual(every.slice(10, 290));
    expect(await store.results({ ...between, to, limit: 5 })).toEqual(every.slice(285, 290));
    expect(await store.results({ ...between, to, limit: 200 })).toEqual(every.slice(90, 290));
    expect(await store.results({ ...between, to: between.from })).toEqual([]);
    const minutes = await store.rollUps({ ...between, to, resolution: "minute", limit: 200 });
    expect(minutes.map(({ at }) => at)).toEqual(every.slice(90, 290).map(({ at }) => at));
    const hours = await store.rollUps({ ...between, to, resolution: "hour" });
    // Those that begin within it, and all of them.
    expect(hours.map(({ at, passes }) => [(at - MONDAY) / HOUR_MS, passes])).toEqual([
      [1, 60],
      [2, 60],
      [3, 60],
      [4, 60],
    ]);
    expect(await store.results({ resource: "nobody", ...ALL })).toEqual([]);
  });

  it("is folded once, up to the hour that is under way", async () => {
    const results = [0, 1, 2].map((hour) => result("web", MONDAY + hour * HOUR_MS + 1));
    await record(...results);
    const now = MONDAY + 2 * HOUR_MS + 2;
    expect(await fold(now)).toEqual({ folded: 2, isShortened: false });
    expect(await fold(now)).toEqual({ folded: 0, isShortened: false });
    // What comes late is added.
    await record(result("web", MONDAY + 5));
    expect(await fold(now)).toEqual({ folded: 1, isShortened: false });
    expect(await store.results({ resource: "web", ...ALL })).toHaveLength(4);
    const days = await store.rollUps({ resource: "web", ...ALL, resolution: "day" });
    expect(days).toMatchObject([{ at: MONDAY, passes: 4 }]);
  });

  it("goes when it is too old, each resolution in its time, and not before", async () => {
    const now = MONDAY + 1_000 * DAY_MS;
    const ages = [1, 25, 24 * 6, 24 * 9, 24 * 85, 24 * 95, 24 * 700, 24 * 800];
    await record(...ages.map((age) => result("web", now - age * HOUR_MS)));
    await fold(now);
    const agesOf = async (of: Promise<readonly { readonly at: number }[]>): Promise<number[]> =>
      (await of).map(({ at }) => (now - at) / HOUR_MS).toReversed();
    const query = { resource: "web", ...ALL };
    expect(await agesOf(store.results(query))).toEqual([1]);
    const counted = RESOLUTIONS.map((resolution) =>
      agesOf(store.rollUps({ ...query, resolution })),
    );
    const [minutes, hours, days] = await Promise.all(counted);
    expect(minutes).toEqual([1, 25, 144]);
    expect(hours).toEqual([1, 25, 144, 216, 2_040]);
    expect(days?.slice(0, 6)).toEqual([24, 48, 144, 216, 2_040, 2_280]);
    expect(days).toContain(16_800);
    expect(days).not.toContain(19_200);
    // All of it goes in the end.
    await fold(now + 1_000 * DAY_MS);
    const left = RESOLUTIONS.map((resolution) => store.rollUps({ ...query, resolution }));
    expect(await Promise.all([store.results(query), ...left])).toEqual([[], [], [], []]);
  });

  it("stays when its resource is watched no more", async () => {
    store.record({ results: [result("web", MONDAY)], states: [watchState("web")] });
    await store.flush();
    await store.commit([{ type: "delete-watch", resource: "web" }]);
    await fold(MONDAY + HOUR_MS);
    expect(await store.results({ resource: "web", ...ALL })).toHaveLength(1);
    expect((await store.watching()).states.size).toBe(0);
  });

  it("is shortened where there is too little room: single results first, and it says so", async () => {
    const hours = Array.from({ length: 10 }, (_each, hour) =>
      Array.from({ length: 2_000 }, (_one, index) =>
        result(`r${String(index % 50)}`, MONDAY + hour * HOUR_MS + index * 1_500, {
          durationMs: ((index * 7_919) % 1_000_003) / 10,
        }),
      ),
    );
    await record(...hours.flat());
    await store.commit([put("web")]);
    const now = MONDAY + 10 * HOUR_MS;
    expect(await fold(now)).toEqual({ folded: 20_000, isShortened: false });
    expect(await fold(now, { limitBytes: 1 })).toEqual({ folded: 0, isShortened: true });
    const query = { resource: "r7", ...ALL };
    expect(await store.results(query)).toEqual([]);
    expect((await store.snapshot()).resources.size).toBe(1);
    // There is nothing more to give up.
    expect(await fold(now, { limitBytes: 1 })).toEqual({ folded: 0, isShortened: false });
    await record(...hours.flat());
    await fold(now);
    // Somewhere between all of it and nothing, the oldest results are gone, and all is still counted.
    let limitBytes = 2 ** 24;
    while (JSON.stringify(await fold(now, { limitBytes })).includes("false")) limitBytes *= 0.98;
    const left = await store.results(query);
    expect(left.length).toBeLessThan(400);
    expect(left.length).toBeGreaterThan(0);
    expect(left.at(-1)?.at).toBeGreaterThan(MONDAY + 9 * HOUR_MS);
    const counted = await store.rollUps({ ...query, resolution: "hour" });
    expect(counted.reduce((sum, { passes }) => sum + passes, 0)).toBe(400);
  });

  it("is folded while others commit, record and read", async () => {
    const names = Array.from({ length: 300 }, (_each, index) => `r${String(index)}`);
    for (let round = 0; round < 100; round += 1) {
      const at = MONDAY + round * 30_000;
      store.record({ results: names.map((name) => result(name, at)), states: [] });
    }
    await store.flush();
    const folding = fold(MONDAY + HOUR_MS);
    const progress = { isFolding: true };
    const folded = folding.finally(() => (progress.isFolding = false));
    let commits = 0;
    do {
      commits += 1;
      store.record({ results: [result("r5", MONDAY + commits)], states: [] });
      await store.commit([put("web", String(commits))]);
      const [results, counted] = await Promise.all([
        store.results({ resource: "r299", ...ALL }),
        store.rollUps({ resource: "r0", ...ALL, resolution: "day" }),
      ]);
      expect(results).toHaveLength(100);
      expect(counted).toMatchObject([{ passes: 100 }]);
    } while (progress.isFolding);
    expect(await folded).toMatchObject({ isShortened: false });
    await fold(MONDAY + HOUR_MS);
    expect(await store.results({ resource: "r5", ...ALL })).toHaveLength(100 + commits);
  });
});
