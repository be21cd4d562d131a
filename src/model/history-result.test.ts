import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  HOUR_MS,
  inOrder,
  packResults,
  plainResult,
  resultRow,
  unpackResults,
  type HourResult,
} from "./history-result.ts";

const hourResult: fc.Arbitrary<HourResult> = fc.record({
  atMs: fc.nat(HOUR_MS - 1),
  code: fc.nat(4),
  duration: fc.oneof(fc.nat(200), fc.nat(2 ** 32 - 1), fc.constant(2 ** 32 - 1)),
});

describe("packResults()", () => {
  it("packs what unpackResults() gives back, whatever it is", () => {
    fc.assert(
      fc.property(fc.array(hourResult, { maxLength: 100 }), (results) => {
        const ordered = inOrder(results);
        expect(unpackResults(packResults(ordered))).toEqual(ordered);
      }),
    );
  });

  it("takes about three bytes for each of those that come evenly", () => {
    const results = Array.from({ length: 120 }, (_, index) => ({
      atMs: index * 30_000 + ((index * 7) % 30),
      code: index === 70 ? 2 : 0,
      duration: 50 + ((index * 13) % 40),
    }));
    expect(packResults(results).length).toBeLessThan(120 * 2.6);
  });
});

describe("unpackResults()", () => {
  it("gives results in their order, or null, whatever the bytes are", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.uint8Array({ maxLength: 60 }).map((rest) => Uint8Array.of(1, ...rest)),
    );
    fc.assert(
      fc.property(bytes, (hostile) => {
        const results = unpackResults(hostile);
        if (results === null) return;
        expect(inOrder(results)).toBe(results);
        for (const { atMs, code, duration } of results) {
          expect([atMs, code, duration].every(Number.isSafeInteger)).toBe(true);
          expect(atMs >= 0 && atMs < HOUR_MS && code >= 0 && code < 5 && duration >= 0).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ["nothing", []],
    ["another format", [2]],
    ["half a result", [1, 0]],
    ["a number without an end", [1, 255, 255]],
    ["a number that is too large", [1, ...Array<number>(9).fill(255), 1]],
    ["a verdict that is none", [1, 2, 5, 0]],
    ["a time before the hour", [1, 3, 0]],
    ["a negative duration", [1, 0, 1]],
  ])("refuses %s", (_, bytes) => {
    expect(unpackResults(Uint8Array.from(bytes))).toBeNull();
  });
});

describe("plainResult()", () => {
  it.each([
    ["pass", false, 0],
    ["pass", true, 1],
    ["fail", false, 2],
    ["fail", true, 2],
    ["error", false, 3],
    ["skipped", true, 4],
  ] as const)("of %s (degraded: %s) has the code %i", (verdict, isDegraded, code) => {
    const row = { resource: "web", at: HOUR_MS + 5, verdict, isDegraded, durationMs: 1.26 };
    const plain = plainResult(row);
    expect(plain).toEqual({ at: HOUR_MS + 5, code, duration: 14 });
    expect(resultRow("web", 1, { atMs: 5, code, duration: 14 })).toEqual({
      ...row,
      isDegraded: code === 1,
      durationMs: 1.3,
    });
  });
});

describe("inOrder()", () => {
  it("keeps those of the same time as they came", () => {
    const of = (atMs: number, code: number): HourResult => ({ atMs, code, duration: 0 });
    expect(inOrder([of(2, 0), of(1, 1), of(2, 2), of(1, 3)])).toEqual([
      of(1, 1),
      of(1, 3),
      of(2, 0),
      of(2, 2),
    ]);
  });
});
