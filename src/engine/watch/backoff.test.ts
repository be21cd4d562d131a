import fc from "fast-check";
import { expect, it } from "vitest";
import { backoffMs } from "./backoff.ts";

it("backoffMs() is 2 s, and three times as long each time, up to 300 s", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 100].map((attempts) => backoffMs(attempts, 0.5));
  expect(waits).toEqual([2_000, 6_000, 18_000, 54_000, 162_000, 300_000, 300_000, 300_000]);
});

it("backoffMs() is moved by chance by a fifth at the most, and is never beyond the cap", () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), chance, (attempts, drawn) => {
      const plain = Math.min(2_000 * 3 ** (attempts - 1), 300_000);
      const waitMs = backoffMs(attempts, drawn);
      expect(waitMs).toBeGreaterThanOrEqual(0.8 * plain - 1);
      expect(waitMs).toBeLessThanOrEqual(Math.min(1.2 * plain + 1, 300_000));
      expect(Number.isInteger(waitMs)).toBe(true);
    }),
  );
  expect(backoffMs(2, 0)).toBe(4_800);
  expect(backoffMs(2, 0.999_999)).toBe(7_200);
});

it("backoffMs() takes 1 or more attempts", () => {
  for (const attempts of [0, -1, 1.5, NaN, Infinity]) {
    expect(() => backoffMs(attempts, 0.5)).toThrow(
      new RangeError(`attempts must be 1 or more: got ${String(attempts)}`),
    );
  }
});
