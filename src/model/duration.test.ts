import fc from "fast-check";
import { expect, it } from "vitest";
import { durationMs } from "./duration.ts";

it.each([
  [0, 0],
  [5, 5_000],
  [0.25, 250],
  [0.07, 70],
  ["5", 5_000],
  ["0.5", 500],
  ["0s", 0],
  ["500ms", 500],
  ["0.5ms", 0.5],
  ["60s", 60_000],
  ["1.5m", 90_000],
  ["2h", 7_200_000],
  ["7d", 604_800_000],
  ["1h30m", 5_400_000],
  ["1d2h3m4s5ms", 93_784_005],
  ["1m500ms", 60_500],
])("durationMs() reads %j as %d ms", (duration, expected) => {
  expect(durationMs(duration)).toBe(expected);
});

it.each([
  ["nothing", ""],
  ["white space", " "],
  ["white space around it", " 5s"],
  ["white space within it", "1h 30m"],
  ["a unit alone", "s"],
  ["an unknown unit", "5w"],
  ["a unit in upper case", "5S"],
  ["a unit twice", "1h1h"],
  ["units from short to long", "30m1h"],
  ["a unit left out at the end", "1h30"],
  ["a negative amount", "-5s"],
  ["a sign", "+5s"],
  ["an exponent", "1e3s"],
  ["a fraction without its whole", ".5s"],
  ["a fraction without its digits", "5.s"],
  ["two fractions", "1.2.3s"],
  ["other digits than ASCII's", "٥s"],
  ["a name", "Infinity"],
  ["a line break after it", "5s\n"],
  ["more text than anyone would write", `${"1".repeat(70)}s`],
  ["a negative number", -1],
  ["NaN", NaN],
  ["infinity", Infinity],
  ["seconds whose milliseconds are infinite", 1e308],
])("durationMs() refuses %s", (_what, duration) => {
  expect(durationMs(duration)).toBeNull();
});

it("durationMs() gives no negative zero", () => {
  expect(Object.is(durationMs(-0), 0)).toBe(true);
});

it("durationMs() gives a finite number of 0 or more, or null, for anything", () => {
  const pieces = fc.array(fc.constantFrom("1", "90", ".", "-", "e", "d", "h", "m", "s", "ms", " "));
  const anything = fc.oneof(
    fc.string(),
    pieces.map((texts) => texts.join("")),
    fc.double(),
  );
  fc.assert(
    fc.property(anything, (duration) => {
      const gotMs = durationMs(duration);
      expect(gotMs === null || (Number.isFinite(gotMs) && gotMs >= 0)).toBe(true);
    }),
  );
});

it("durationMs() adds up what stands in front of each unit", () => {
  const amounts = fc.tuple(fc.nat(999), fc.nat(99), fc.nat(99), fc.nat(99), fc.nat(9_999));
  fc.assert(
    fc.property(amounts, ([d, h, m, s, ms]) => {
      const text = `${String(d)}d${String(h)}h${String(m)}m${String(s)}s${String(ms)}ms`;
      expect(durationMs(text)).toBe((((d * 24 + h) * 60 + m) * 60 + s) * 1_000 + ms);
    }),
  );
});

it("durationMs() needs no more than a moment for hostile text", () => {
  const started = performance.now();
  for (const piece of ["1", "1.", "1d", "9h", "1m"]) durationMs(`${piece.repeat(2_000_000)}!`);
  expect(performance.now() - started).toBeLessThan(200);
});
