import { expect, it } from "vitest";
import { isoDate } from "./iso-date.ts";

it.each([
  [0, "1970-01-01"],
  [Date.UTC(2026, 2, 31, 23, 59), "2026-03-31"],
  [8.64e15, "+275760-09-13"],
  [8.64e15 + 1, "an unknown date"],
  [NaN, "an unknown date"],
  [-Infinity, "an unknown date"],
])("isoDate() writes %d as %s", (timeMs, shown) => {
  expect(isoDate(timeMs)).toBe(shown);
});
