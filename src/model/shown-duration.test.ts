import fc from "fast-check";
import { expect, it } from "vitest";
import { durationMs } from "./duration.ts";
import { shownDuration } from "./shown-duration.ts";

it.each([
  [0, "0s"],
  [0.4, "0s"],
  [500, "500ms"],
  [7_200_000, "2h"],
  [97_220_000, "1d3h20s"],
] as const)("shownDuration(%d) is %s", (duration, text) => {
  expect(shownDuration(duration)).toBe(text);
});

it("shownDuration writes what durationMs reads", () => {
  fc.assert(
    fc.property(fc.nat(), (duration) => {
      expect(durationMs(shownDuration(duration))).toBe(duration);
    }),
  );
});
