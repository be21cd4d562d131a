import { expect, it } from "vitest";
import { shownOffset, Trace } from "./trace.ts";

it.each([
  [0, "0.000s"],
  [1_234.4, "1.234s"],
  [61_000, "1m01.000s"],
  [2 * 86_400_000 + 5, "2d00h00m00.005s"],
])("shownOffset() writes %d ms", (offsetMs, shown) => {
  expect(shownOffset(offsetMs)).toBe(shown);
});

it("Trace keeps the last lines, and sums up all", () => {
  const trace = (first: string): Trace => {
    const made = new Trace(() => 1_000);
    made.add("web", first);
    for (let count = 0; count < 2_000; count += 1) made.add("web", "looked");
    return made;
  };
  const one = trace("dies");
  expect(one.count).toBe(2_001);
  expect(one.last(2)).toEqual(["1.000s web: looked", "1.000s web: looked"]);
  expect(one.last(10_000).length).toBeLessThan(1_000);
  expect(trace("dies").sum).toBe(one.sum);
  expect(trace("hangs").sum).not.toBe(one.sum);
});

it("Trace tells what is about one thing, and what happens to all", () => {
  const trace = new Trace(() => 0);
  for (const about of ["web", "world", "db"]) trace.add(about, "something");
  expect(trace.last(10, "db")).toEqual(["0.000s world: something", "0.000s db: something"]);
});
