import { expect, it } from "vitest";
import { requireAny, requireAtMostOne, requireOrder } from "./option-rules.ts";

it("requireAny names what could be given when nothing is", () => {
  expect(() => {
    requireAny({ max1: null, max5: undefined, max15: null });
  }).toThrow("needs max1, max5 or max15");
});

it("requireAny takes zero for a value", () => {
  expect(() => {
    requireAny({ minBytes: 0, maxBytes: null });
  }).not.toThrow();
});

it("requireAtMostOne names those that are too many", () => {
  expect(() => {
    requireAtMostOne({ container: "a", process: "b", command: null });
  }).toThrow("takes only one of container, process");
  expect(() => {
    requireAtMostOne({ container: "a", process: null });
  }).not.toThrow();
});

it("requireOrder needs the least value to be at most the greatest", () => {
  expect(() => {
    requireOrder(["minBytes", 3], ["maxBytes", 2]);
  }).toThrow("needs minBytes to be at most maxBytes: got 3 and 2");
  expect(() => {
    requireOrder(["minBytes", 2], ["maxBytes", 2]);
    requireOrder(["minBytes", 2], ["maxBytes", null]);
  }).not.toThrow();
});
