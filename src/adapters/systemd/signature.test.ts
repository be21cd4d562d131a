import fc from "fast-check";
import { expect, it } from "vitest";
import { alignmentOf, parseSignature, WireError } from "./signature.ts";

it("parseSignature() reads several types, and types within types", () => {
  const s = { kind: "basic", code: "s" };
  const dictionary = {
    kind: "array",
    element: { kind: "struct", fields: [s, { kind: "variant" }] },
  };
  expect(parseSignature("")).toEqual([]);
  expect(parseSignature("sa{sv}(yas)")).toEqual([
    s,
    dictionary,
    {
      kind: "struct",
      fields: [
        { kind: "basic", code: "y" },
        { kind: "array", element: s },
      ],
    },
  ]);
});

it.each([
  ["a"],
  ["("],
  ["()"],
  ["(s"],
  [")"],
  ["a{}"],
  ["a{s}"],
  ["a{sss}"],
  ["a{vs}"],
  ["a{(s)s}"],
  ["{ss}"],
  ["z"],
  ["s\0"],
  ["__proto__"],
  ["s".repeat(256)],
  ["a".repeat(66) + "s"],
])("parseSignature() refuses %j", (signature) => {
  expect(() => parseSignature(signature)).toThrow(WireError);
});

it.each([
  ["y", 1],
  ["g", 1],
  ["v", 1],
  ["q", 2],
  ["s", 4],
  ["ax", 4],
  ["x", 8],
  ["(y)", 8],
])("alignmentOf() %s is %d", (signature, alignment) => {
  expect(parseSignature(signature).map(alignmentOf)).toEqual([alignment]);
});

it("parseSignature() gives types or a WireError, whatever the text", () => {
  const text = fc.array(fc.constantFrom(..."a a a ( ( ) { } s v y x t g \0 é".split(" ")), {
    maxLength: 260,
  });
  fc.assert(
    fc.property(text, (characters) => {
      try {
        expect(parseSignature(characters.join(""))).toBeInstanceOf(Array);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    }),
  );
});
