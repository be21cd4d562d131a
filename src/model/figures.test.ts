import fc from "fast-check";
import { expect, it } from "vitest";
import { shownNumber } from "./figures.ts";

it.each([
  [0, "0"],
  [0.25, "0.25"],
  [37.2345, "37.2"],
  [99.96, "100"],
  [1_840.7, "1841"],
  [123_456, "123456"],
] as const)("shownNumber(%d) is %s", (value, text) => {
  expect(shownNumber(value)).toBe(text);
});

it.each([
  [80.04, 80, "80.04"],
  [79.9996, 80, "79.9996"],
  [1.996, 1.999, "1.996"],
  [80, 80, "80"],
] as const)("shownNumber(%d) stays apart from %d", (value, limit, text) => {
  expect(shownNumber(value, [limit])).toBe(text);
});

it("shownNumber never shows a number on the other side of a limit", () => {
  const figure = fc.double({ min: 0, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(figure, figure, (value, limit) => {
      const shown = Number(shownNumber(value, [limit]));
      expect(Math.sign(shown - limit)).toBe(Math.sign(value - limit));
    }),
  );
});
