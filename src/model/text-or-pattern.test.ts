import { expect, it } from "vitest";
import { textOrPattern } from "./text-or-pattern.ts";

const type = textOrPattern({ most: 3 });

it.each([
  ["a.b", "a.b"],
  [/a/gi, { source: "a", flags: "i" }],
  [
    { source: "a", flags: "" },
    { source: "a", flags: "" },
  ],
])("textOrPattern() reads %j as %j", (value, read) => {
  expect(type.read(value)).toEqual(read);
});

it.each([
  ["", "must not be empty"],
  ["abcd", "must have at most 3 characters"],
  [{ source: "(", flags: "" }, "must be a regular expression"],
  [5, "must be a regular expression: got 5"],
])("textOrPattern() refuses %j", (value, message) => {
  expect(() => type.read(value)).toThrow(message);
});
