import { expect, it } from "vitest";
import { expressionOf, pattern, shownPattern } from "./pattern-option.ts";

it.each([
  [/ready/i, { source: "ready", flags: "i" }],
  ["a+", { source: "a+", flags: "" }],
  [/a/giy, { source: "a", flags: "i" }],
  [
    { source: "a", flags: "su" },
    { source: "a", flags: "su" },
  ],
])("pattern() reads %s", (value, read) => {
  expect(pattern().read(value)).toEqual(read);
});

it("pattern() says once what is wrong with an expression", () => {
  expect(() => pattern().read("(a")).toThrow(
    'must be a regular expression: got "(a": Unterminated group',
  );
  expect(() => pattern().read({ source: "a", flags: "zz" })).toThrow(/flags/u);
});

it.each([7, null, {}, { source: 1, flags: "" }])("pattern() refuses %j", (value) => {
  expect(() => pattern().read(value)).toThrow("must be a regular expression: got");
});

it("pattern() refuses one that is too long", () => {
  expect(() => pattern().read("a".repeat(8_193))).toThrow("must have at most 8192 characters");
});

it("expressionOf() makes a new expression each time, so that none remembers where it was", () => {
  const data = pattern().read(/a/g);
  expect(expressionOf(data)).not.toBe(expressionOf(data));
  expect(expressionOf(data).test("ba")).toBe(true);
});

it("shownPattern() shows it as people write it, on one line", () => {
  expect(shownPattern({ source: "a/b\nc", flags: "i" })).toBe("/a\\/b\\nc/i");
  expect(shownPattern({ source: "", flags: "" })).toBe("/(?:)/");
});
