import { expect, it } from "vitest";
import { anyJson, command, either, list, object, record } from "./composite-types.ts";
import { integer, resourceReference, text } from "./option-types.ts";
import { InvalidOption } from "./options.ts";

function problemOf(read: () => unknown): InvalidOption {
  try {
    read();
  } catch (error) {
    if (error instanceof InvalidOption) return error;
    throw error;
  }
  throw new Error("it was read");
}

it("list() reads each entry, and names the one that is wrong", () => {
  const ports = list(integer(1, 9), { least: 1, most: 3 });
  expect(ports.read([1, 2])).toEqual([1, 2]);
  expect(problemOf(() => ports.read([1, 10]))).toMatchObject({ property: "[1]" });
  expect(() => ports.read([])).toThrow("must have 1 to 3 entries: got 0");
  expect(() => ports.read("1")).toThrow('must be a list of integer from 1 to 9: got "1"');
});

it("list() finds the holes of a list", () => {
  const sparse: unknown[] = [];
  sparse[1] = 1;
  expect(problemOf(() => list(integer(1)).read(sparse))).toMatchObject({ property: "[0]" });
});

it("list() of references is one", () => {
  expect(list(resourceReference()).isReference).toBe(true);
  expect(list(text()).isReference).toBe(false);
});

it("record() reads each value, and names the key that is wrong", () => {
  expect(record(text()).read({ a: "b" })).toEqual({ a: "b" });
  expect(problemOf(() => record(text()).read({ a: 1 }))).toMatchObject({ property: ".a" });
  const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [index, "a"]));
  expect(() => record(text()).read(many)).toThrow("must have at most 1000 entries");
});

it("record() keeps a key that every object has already", () => {
  const read = record(text()).read(JSON.parse('{ "__proto__": "a", "constructor": "b" }'));
  expect(JSON.stringify(read)).toBe('{"__proto__":"a","constructor":"b"}');
});

it.each([new Map([["a", "b"]]), new Headers({ a: "b" }), new Date(0), [["a", "b"]]])(
  "record() refuses what would lose its content: %s",
  (value) => {
    expect(() => record(text()).read(value)).toThrow("must be an object of text");
  },
);

it("object() reads its keys alone", () => {
  const type = object({ a: integer(1).required("A."), b: text().or("x", "B.") });
  expect(type.read({ a: 1 })).toEqual({ a: 1, b: "x" });
  expect(problemOf(() => type.read({ a: 1, c: 1 }))).toMatchObject({ property: ".c" });
  expect(problemOf(() => type.read("a"))).toMatchObject({ property: "" });
});

it("either() takes what the first type takes, then what the second does", () => {
  const type = either(integer(1), list(integer(1)));
  expect([type.read(1), type.read([1])]).toEqual([1, [1]]);
  expect(() => type.read("a")).toThrow(
    'must be integer of 1 or more, or list of integer of 1 or more: got "a"',
  );
});

it("either() tells of the type that was meant", () => {
  const problem = problemOf(() => either(integer(1), list(integer(1))).read([1, 0]));
  expect(problem).toMatchObject({
    property: "[1]",
    message: "must be integer of 1 or more: got 0",
  });
});

it("command() takes a list, and shows how to write one", () => {
  expect(command().read(["ls", ""])).toEqual(["ls", ""]);
  expect(() => command().read([])).toThrow("must have 1 to 1000 entries: got 0");
  expect(() => command().read([""])).toThrow("must begin with a program");
  expect(problemOf(() => command().read("curl  https://u:secret@h/ -s"))).toMatchObject({
    message: 'must be a list: got "***@h/ -s"',
    hint: 'write ["curl", "https://***@h/", "-s"]; no shell is involved',
  });
});

it("anyJson() takes whatever JSON holds", () => {
  const value = { a: [1, "b", null, { c: false }], __proto__: null };
  expect(anyJson().read(value)).toEqual({ a: [1, "b", null, { c: false }] });
});

it("anyJson() names the place of what JSON does not hold", () => {
  const problem = problemOf(() => anyJson().read({ a: [1, { b: new Date(0) }] }));
  expect(problem).toMatchObject({
    property: ".a[1].b",
    message: "must be a value that JSON holds: got an object",
  });
});

it("anyJson() has limits of depth and number, also for a value that holds itself", () => {
  const self: Record<string, unknown> = {};
  self["one"] = self;
  self["other"] = self;
  expect(() => anyJson().read(self)).toThrow(/must (?:nest at most 32 deep|hold at most)/u);
  const wide = Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => 1));
  expect(() => anyJson().read(wide)).toThrow("must hold at most 10000 values");
});
