import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, it } from "vitest";
import { canonicalJson, isPlainObject, isRecord } from "./json.ts";

it("isRecord() tells objects from lists and null", () => {
  expect([{}, new Date(0), Object.create(null)].map(isRecord)).toEqual([true, true, true]);
  expect([null, [], "a", 1, undefined].map(isRecord)).toEqual([false, false, false, false, false]);
});

it("isPlainObject() takes what an object literal makes, of any realm", () => {
  const foreign: unknown = runInNewContext("({ a: 1 })");
  expect([{}, Object.create(null), foreign].map(isPlainObject)).toEqual([true, true, true]);
  const instances = [new Map(), new Date(0), new Error("a"), [], new Uint8Array(1), new URL("a:b")];
  expect(instances.map(isPlainObject)).toEqual(instances.map(() => false));
});

it("canonicalJson() writes equal values equally, whatever the order of their keys", () => {
  expect(canonicalJson({ b: 1, a: { d: [2, { f: 1, e: 2 }], c: null } })).toBe(
    '{"a":{"c":null,"d":[2,{"e":2,"f":1}]},"b":1}',
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
