import fc from "fast-check";
import { expect, it } from "vitest";
import { judgeFunction } from "../../model/function-outcome.ts";
import { returnedValue } from "./returned-value.ts";

const ANYTHING = { withBigInt: true, withDate: true, withMap: true, withNullPrototype: true };

/** What becomes of a function that returns this. */
function judged(value: unknown): ReturnType<typeof judgeFunction> {
  return judgeFunction({ end: "returned", value: returnedValue(value), output: "" });
}

it("returnedValue() gives back what JSON holds", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      expect(JSON.stringify(returnedValue(value))).toBe(JSON.stringify(value));
    }),
  );
});

it("returnedValue() takes nothing for null, and leaves out what is undefined", () => {
  expect(returnedValue(undefined)).toBeNull();
  expect(returnedValue([undefined])).toEqual([null]);
  expect(returnedValue({ passed: true, message: undefined })).toEqual({ passed: true });
});

it.each([
  [new Date(0), "1970-01-01T00:00:00.000Z"],
  [new Date(NaN), "Invalid Date"],
  [new URL("http://a.example/"), "http://a.example/"],
  [{ a: [1, new Map()] }, { a: [1, "[object Map]"] }],
  [
    { n: 1n, m: NaN, o: -Infinity },
    { n: "1", m: "NaN", o: "-Infinity" },
  ],
  [Symbol("x"), "Symbol(x)"],
  [{ e: new TypeError("no") }, { e: "TypeError: no" }],
  [{ o: Object.create({}) as object }, { o: "[object Object]" }],
])("returnedValue() writes what is no JSON as text: %o", (value, text) => {
  expect(returnedValue(value)).toEqual(text);
});

it("a diagnostic never changes what a function says", () => {
  const unshown = {
    toString: (): string => {
      throw new Error("hidden");
    },
    [Symbol.toStringTag]: "never plain",
  };
  fc.assert(
    fc.property(fc.boolean(), fc.dictionary(fc.string(), fc.anything(ANYTHING)), (passed, more) => {
      const all = { seen: Object.create(unshown) as unknown, ...more, passed };
      expect(judged(all).verdict).toBe(passed ? "pass" : "fail");
    }),
  );
  const trap = Object.defineProperty({ passed: true }, "rows", {
    enumerable: true,
    get: () => {
      throw new Error("gone");
    },
  });
  expect(judged(trap).verdict).toBe("pass");
});

it("a message that is no text never changes what a function says", () => {
  fc.assert(
    fc.property(fc.boolean(), fc.anything(ANYTHING), (passed, message) => {
      const verdict = passed ? "pass" : "fail";
      expect(judged([passed, message]).verdict).toBe(verdict);
      expect(judged({ passed, message }).verdict).toBe(verdict);
    }),
  );
});

it("an instance of a class says whether it passed as an object does", () => {
  class Result {
    readonly message = "3 orders";
    readonly orders = 3;
    get passed(): boolean {
      return Object.is(this.orders, 3);
    }
  }
  expect(judged(new Result())).toMatchObject({
    verdict: "pass",
    actual: "3 orders",
    metrics: { orders: 3 },
  });
  expect(() => returnedValue(Object.defineProperty({}, "passed", { get: hidden }))).toThrow("no");
});

function hidden(): never {
  throw new Error("no");
}

it("returnedValue() leaves out what is too much, or leads back to itself", () => {
  const long = "x".repeat(1024 * 1024);
  const rows = Array.from({ length: 100_000 }, (_, row) => ({ row }));
  const loop: Record<string, unknown> = { long, rows };
  loop["self"] = loop;
  loop["other"] = [loop, loop];
  const value = returnedValue({
    ...loop,
    holes: new Array(4_000_000_000),
    message: "so",
    passed: false,
  });
  expect(JSON.stringify(value).length).toBeLessThan(1024 * 1024);
  expect(value).toMatchObject({ passed: false, message: "so" });
  expect(JSON.stringify(returnedValue(loop)).length).toBeLessThan(1024 * 1024);
});

it("returnedValue() makes JSON of anything", () => {
  fc.assert(
    fc.property(fc.anything(ANYTHING), (value) => {
      expect(JSON.parse(JSON.stringify(returnedValue(value)))).toBeDefined();
    }),
  );
});
