import fc from "fast-check";
import { expect, it } from "vitest";
import { hashOf, seededRandom } from "./seeded-random.ts";

it("seededRandom() draws the same from the same seed, and something else from another one", () => {
  const draws = (seed: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 8 }, () => random.next());
  };
  fc.assert(
    fc.property(fc.maxSafeInteger(), (seed) => {
      expect(draws(seed)).toEqual(draws(seed));
      expect(draws(seed)).not.toEqual(draws(seed + 1));
    }),
  );
});

it("seededRandom() draws evenly from 0 to 1", () => {
  const random = seededRandom(1);
  const counts = new Array<number>(10).fill(0);
  for (let count = 0; count < 10_000; count += 1) {
    const value = random.next();
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThan(1);
    const tenth = Math.floor(value * 10);
    counts[tenth] = (counts[tenth] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});

it("seededRandom() gives each part chance of its own", () => {
  const one = seededRandom(7);
  const other = seededRandom(7);
  one.next();
  expect(one.part("faults").next()).toBe(other.part("faults").next());
  expect(one.part("faults").next()).not.toBe(one.part("looks").next());
});

it("seededRandom() waits as long as it should on average", () => {
  const random = seededRandom(3);
  let sum = 0;
  for (let count = 0; count < 10_000; count += 1) sum += random.wait(60);
  expect(Math.abs(sum / 10_000 - 60)).toBeLessThan(3);
});

it("seededRandom() refuses to pick from nothing", () => {
  expect(() => seededRandom(1).pick([])).toThrow(RangeError);
});

it("hashOf() sums up text after text", () => {
  expect(hashOf("b", hashOf("a"))).toBe(hashOf("b", hashOf("a")));
  expect(hashOf("a", hashOf("b"))).not.toBe(hashOf("b", hashOf("a")));
});
