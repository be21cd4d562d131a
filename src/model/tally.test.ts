import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR_MS, inOrder, type HourResult } from "./history-result.ts";
import { addTallies, packTallies, rollUpOf, tally, unpackTallies, type Tally } from "./tally.ts";

const MINUTE_MS = 60_000;

const results: fc.Arbitrary<readonly HourResult[]> = fc
  .array(fc.record({ atMs: fc.nat(HOUR_MS - 1), code: fc.nat(4), duration: fc.nat(2 ** 32 - 1) }), {
    maxLength: 60,
  })
  .map(inOrder);

describe("tally()", () => {
  it("counts all, each in its span", () => {
    const of = (atMs: number, code: number, duration: number): HourResult => {
      return { atMs, code, duration };
    };
    const all = [of(0, 0, 11), of(59_999, 2, 31), of(60_000, 1, 0), of(3_599_999, 4, 0)];
    expect(tally(all, 10, MINUTE_MS)).toEqual([
      { span: 600, counts: [1, 0, 1, 0, 0], measured: 2, sum: 40, most: 30 },
      { span: 601, counts: [0, 1, 0, 0, 0], measured: 0, sum: 0, most: 0 },
      { span: 659, counts: [0, 0, 0, 0, 1], measured: 0, sum: 0, most: 0 },
    ]);
    expect(tally(all, 10, HOUR_MS)).toMatchObject([{ span: 10, counts: [1, 1, 1, 0, 1] }]);
  });

  it("comes to the same, counted together or added up", () => {
    fc.assert(
      fc.property(results, results, (one, other) => {
        const together = tally(inOrder([...one, ...other]), 7, MINUTE_MS);
        const added = addTallies(tally(one, 7, MINUTE_MS), tally(other, 7, MINUTE_MS));
        expect(added).toEqual(together);
      }),
    );
  });
});

describe("packTallies()", () => {
  it("packs what unpackTallies() gives back, whatever it is", () => {
    fc.assert(
      fc.property(results, fc.nat(2 ** 21), (of, hour) => {
        const tallies = tally(of, hour, MINUTE_MS);
        expect(unpackTallies(packTallies(tallies))).toEqual(tallies);
      }),
    );
  });
});

describe("unpackTallies()", () => {
  it("gives spans in their order, or null, whatever the bytes are", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.uint8Array({ maxLength: 60 }).map((rest) => Uint8Array.of(1, ...rest)),
    );
    fc.assert(
      fc.property(bytes, (hostile) => {
        const tallies = unpackTallies(hostile);
        let before = -1;
        for (const { span, counts, measured } of tallies ?? []) {
          expect(span).toBeGreaterThan(before);
          expect(counts).toHaveLength(5);
          expect(measured).toBeGreaterThanOrEqual(0);
          before = span;
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ["nothing", []],
    ["another format", [2]],
    ["half a span", [1, 33, 1]],
    ["more that was measured than there is", [1, 33, 1, 2]],
    ["the same span again", [1, 33, 1, 1, 1, 1, 1]],
  ])("refuses %s", (_, bytes) => {
    expect(unpackTallies(Uint8Array.from(bytes))).toBeNull();
  });
});

describe("rollUpOf()", () => {
  it("has neither mean nor most where nobody looked", () => {
    const none: Tally = { span: 2, counts: [0, 0, 0, 0, 3], measured: 0, sum: 0, most: 0 };
    expect(rollUpOf(none, HOUR_MS)).toEqual({
      at: 2 * HOUR_MS,
      passes: 0,
      degraded: 0,
      failures: 0,
      errors: 0,
      skipped: 3,
      meanMs: null,
      maxMs: null,
    });
  });
});
