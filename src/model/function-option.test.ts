import fc from "fast-check";
import { expect, it } from "vitest";
import { functionOption } from "./function-option.ts";
import { InvalidOption } from "./options.ts";

const REFERENCE = { module: "main.ts", position: 3, of: 4, hash: "0a".repeat(32) };
const type = functionOption();

it("functionOption() reads a reference as it is", () => {
  expect(type.read(REFERENCE)).toEqual(REFERENCE);
  expect(type.read({ ...REFERENCE, more: 1 })).toEqual(REFERENCE);
});

it("functionOption() takes a function only while a project is loaded", () => {
  expect(() => type.read(() => true)).toThrow(
    "holds a function, which only the files of a project may declare",
  );
});

it.each([
  ["another position", { ...REFERENCE, position: -1 }],
  ["a position between two", { ...REFERENCE, position: 0.5 }],
  ["a position beyond the last", { ...REFERENCE, of: 3 }],
  ["nothing of how many there are", { ...REFERENCE, of: undefined }],
  ["no module", { ...REFERENCE, module: "" }],
  ["a hash of another kind", { ...REFERENCE, hash: "0A".repeat(32) }],
])("functionOption() refuses %s", (_, value) => {
  expect(() => type.read(value)).toThrow("must be a function: got an object");
});

it("functionOption() refuses everything else in words", () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(() => type.read(value)).toThrow(InvalidOption);
    }),
  );
});
