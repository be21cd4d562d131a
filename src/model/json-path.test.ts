import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonPath, readJsonPath, shownJsonPath, valueAt, type JsonStep } from "./json-path.ts";
import { InvalidOption } from "./options.ts";

it.each<[string, readonly JsonStep[]]>([
  ["$", []],
  ["$.a", ["a"]],
  ["a", ["a"]],
  ["a.b", ["a", "b"]],
  ["status", ["status"]],
  ['$.a.b[0]["c-d"]', ["a", "b", 0, "c-d"]],
  ["[0].a", [0, "a"]],
  ["$[12]", [12]],
  [".a", ["a"]],
  ["$.c-d", ["c-d"]],
  ["$.$ref", ["$ref"]],
  ["$['it\\'s \"x\"']", ['it\'s "x"']],
  ['$["a\\"]b\\n\\u0041"]', ['a"]b\nA']],
  ['$[""]', [""]],
  ["$.0", ["0"]],
  ["$.ä", ["ä"]],
])("readJsonPath() reads %s", (text, steps) => {
  expect(readJsonPath(text)).toEqual(steps);
});

it.each([
  ["$..a", '"..a"'],
  ["$.a.", '"."'],
  ["$.*", '".*"'],
  ["$[*]", '"[*]"'],
  ["$[-1]", '"[-1]"'],
  ["$[0", '"[0"'],
  ["$[?(@.a)]", '"[?(@.a)]"'],
  ["$['a\"]", "['a"],
  ["$ref", '"$ref"'],
  ["$.a b", '" b"'],
  ["$[1:2]", '"[1:2]"'],
  ['$["\\x"]', "x"],
  ["$.a$[", '"["'],
])("readJsonPath() refuses %s, and says from where on", (text, rest) => {
  expect(() => readJsonPath(text)).toThrow(InvalidOption);
  expect(() => readJsonPath(text)).toThrow(rest);
});

it("readJsonPath() refuses a path of more than 1,024 characters", () => {
  expect(() => readJsonPath("a".repeat(1_025))).toThrow("at most 1024 characters");
  expect(readJsonPath("a".repeat(1_024))).toHaveLength(1);
});

const steps = fc.array(
  fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 8 }),
    fc.constantFrom('"', "'", "\\", "\n", "]", "__proto__", "a.b", "$"),
    fc.nat({ max: 999_999_999 }),
  ),
  { maxLength: 8 },
);

it("readJsonPath() reads what shownJsonPath() writes", () => {
  fc.assert(
    fc.property(steps, (path) => {
      expect(readJsonPath(shownJsonPath(path))).toEqual(path);
    }),
  );
});

it("readJsonPath() reads any name in single quotes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), (name) => {
      const escaped = JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"');
      expect(readJsonPath(`['${escaped.replaceAll("'", "\\'")}']`)).toEqual([name]);
    }),
  );
});

it("readJsonPath() reads or refuses, whatever comes, and never both slowly", () => {
  const hostile = fc.string({
    unit: fc.constantFrom("$", ".", "[", "]", '"', "'", "\\", "a", "0", " ", "\u0000", "\uD800"),
    maxLength: 1_024,
  });
  fc.assert(
    fc.property(hostile, (text) => {
      try {
        expect(readJsonPath(shownJsonPath(readJsonPath(text)))).toEqual(readJsonPath(text));
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidOption);
      }
    }),
  );
});

it.each<[string, unknown]>([
  ["$", { a: [{ "b-c": null }, false] }],
  ["a", [{ "b-c": null }, false]],
  ["a[0]['b-c']", null],
  ["a[1]", false],
  ["a[2]", undefined],
  ["a.length", undefined],
  ["a.b.c", undefined],
  ["constructor", undefined],
  ["__proto__", undefined],
  ["[0]", undefined],
  ["a[0].toString", undefined],
])("valueAt() finds at %s only what JSON itself holds", (path, found) => {
  expect(valueAt({ a: [{ "b-c": null }, false] }, readJsonPath(path))).toEqual(found);
});

it("valueAt() finds what stands at any path", () => {
  fc.assert(
    fc.property(steps, fc.jsonValue(), (path, value) => {
      const root = path.reduceRight<unknown>(
        (inner, step) =>
          typeof step === "number" ? undefined : Object.fromEntries([[step, inner]]),
        value,
      );
      fc.pre(path.every((step) => typeof step === "string"));
      expect(valueAt(root, path)).toEqual(value);
    }),
  );
});

it("jsonPath() keeps a path as it was written, and refuses what is none", () => {
  expect(jsonPath().read("a[0]")).toBe("a[0]");
  expect(() => jsonPath().read("")).toThrow('got ""');
  expect(() => jsonPath().read(5)).toThrow("got 5");
});
