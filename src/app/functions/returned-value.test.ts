import fc from "fast-check";
import { expect, it } from "vitest";
import { NoJson, returnedValue } from "./returned-value.ts";

it("returnedValue() gives back what JSON holds", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      expect(JSON.stringify(returnedValue(value))).toBe(JSON.stringify(value));
    }),
  );
});

it("returnedValue() takes nothing for null, and leaves out what is undefined", () => {
  expect(returnedValue(undefined)).toBeNull();
  expect(returnedValue({ passed: true, message: undefined })).toEqual({ passed: true });
});

it.each([
  [new Date(0), "an instance of Date"],
  [{ a: [1, new Map()] }, "an instance of Map at a[1]"],
  [() => 1, "a function"],
  [{ n: 1n }, "a bigint at n"],
  [{ n: NaN }, "NaN at n"],
  [[undefined], "undefined at [0]"],
  [Symbol("x"), "a symbol"],
])("returnedValue() says what is no JSON: %o", (value, shown) => {
  expect(() => returnedValue(value)).toThrow(`the function returned ${shown}, which is no JSON`);
});

it("returnedValue() refuses what is too large or leads back to itself", () => {
  expect(() => returnedValue("x".repeat(1024 * 1024))).toThrow("more than 1 MiB");
  const loop: Record<string, unknown> = {};
  loop["self"] = loop;
  expect(() => returnedValue(loop)).toThrow("more than 32 deep");
});

it("returnedValue() fails in words or not at all", () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (value) => {
      try {
        expect(JSON.parse(JSON.stringify(returnedValue(value)))).toBeDefined();
      } catch (error) {
        expect(error).toBeInstanceOf(NoJson);
      }
    }),
  );
});
