import { expect, it } from "vitest";
import { expectedRow, firstDifference, isSameValue, rowValue, shownRow } from "./row-comparison.ts";

it.each([
  [12, 12, true],
  ["12.50", 12.5, true],
  [12.5, "12.50", true],
  ["1e3", 1_000, true],
  ["-0.5", -0.5, true],
  ["12a", 12, false],
  ["9007199254740993", 9_007_199_254_740_992, false],
  ["9007199254740992", 9_007_199_254_740_992, true],
  ["9007199254740993.00", 9_007_199_254_740_992, false],
  ["+9007199254740992.", 9_007_199_254_740_992, true],
  [9_007_199_254_740_992, "9007199254740993", false],
  ["-9007199254740993", -9_007_199_254_740_992, false],
  ["100000000000000000000000", 1e23, true],
  ["0.1000000000000000055511151231257827", 0.1, true],
  ["-0", 0, true],
  ["", 0, false],
  [" 1", 1, false],
  ["0x10", 16, false],
  ["Infinity", Infinity, false],
  ["a", "a", true],
  ["1.0", "1", false],
  [1, true, true],
  [0, false, true],
  ["1", true, true],
  [2, true, false],
  [null, 0, false],
  [0, null, false],
  [null, null, true],
])("isSameValue(%j, %j) is %s", (seen, expected, isSame) => {
  expect(isSameValue(seen, expected)).toBe(isSame);
});

it("firstDifference() compares lists by position and objects by column", () => {
  const seen = { columns: ["id", "name"], rows: [[1, "ada"]] };
  expect(firstDifference(seen, [[1, "ada"]])).toBeNull();
  expect(firstDifference(seen, [{ name: "ada" }])).toBeNull();
  expect(firstDifference(seen, [[1]])).toBe('row 1 is [1, "ada"], not [1]');
  expect(firstDifference(seen, [{ constructor: 1 }])).toContain("row 1 is");
  expect(firstDifference(seen, [])).toBe('row 1 is [1, "ada"], one too many');
});

it("rowValue() and expectedRow() take what JSON holds, and no more", () => {
  expect(() => rowValue().read(Infinity)).toThrow("must be text, number");
  expect(() => rowValue().read({})).toThrow("got an object");
  expect(expectedRow().read({ a: null })).toEqual({ a: null });
  expect(() => expectedRow().read(5)).toThrow("must be");
});

it("shownRow() cuts long rows and long values", () => {
  expect(shownRow([1, 2, 3, 4, 5, 6])).toBe("[1, 2, 3, 4, 5, …]");
  expect(shownRow({ a: "x".repeat(50) })).toBe(`{ a: "${"x".repeat(40)}…" }`);
});
