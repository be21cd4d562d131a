import fc from "fast-check";
import { expect, it } from "vitest";
import { judgeFunction, shownFunction, type FunctionOutcome } from "./function-outcome.ts";
import type { Json } from "./json.ts";

function returned(value: Json, output = ""): FunctionOutcome {
  return { end: "returned", value, output };
}

it("judgeFunction() takes true and false at their word", () => {
  expect(judgeFunction(returned(true))).toMatchObject({ verdict: "pass", actual: "true" });
  expect(judgeFunction(returned(false))).toMatchObject({
    verdict: "fail",
    expected: "a pass",
    actual: "false",
  });
});

it("judgeFunction() shows the message of a pair", () => {
  expect(judgeFunction(returned([false, "3 orders lost"]))).toMatchObject({
    verdict: "fail",
    actual: "3 orders lost",
  });
  expect(judgeFunction(returned([true]))).toMatchObject({ verdict: "pass", actual: "true" });
});

it("judgeFunction() lists what an object says besides, and measures its numbers", () => {
  const value = { passed: false, message: "too few", found: 2, names: ["a", "b"], why: "x\ny" };
  expect(judgeFunction(returned(value))).toEqual({
    verdict: "fail",
    expected: "a pass",
    actual: "too few",
    details: 'found: 2\nnames: ["a","b"]\nwhy: x y',
    metrics: { found: 2 },
  });
});

it("judgeFunction() shows what was printed, unless all is well", () => {
  expect(judgeFunction(returned(false, "looked\n"))).toMatchObject({ details: "printed:\nlooked" });
  expect(judgeFunction(returned(true, "looked\n"))).not.toHaveProperty("details");
});

it.each<[Json, string]>([
  [null, "nothing"],
  ["yes", '"yes"'],
  [1, "1"],
  [[], "[]"],
  [["true"], '["true"]'],
  [[true, "a", "b"], '[true,"a","b"]'],
  [{ ok: true }, '{"ok":true}'],
  [[0, "a"], '[0,"a"]'],
])("judgeFunction() cannot judge %j", (value, shown) => {
  const judgement = judgeFunction(returned(value));
  expect(judgement.verdict).toBe("error");
  expect(judgement.actual).toContain(`returned ${shown}, which is no answer`);
});

it.each<[Json, string]>([
  [[true, 5], "5"],
  [[true, { rows: 5 }], '{"rows":5}'],
  [{ passed: true, message: false }, "false"],
])("judgeFunction() shows a message that is no text: %j", (value, shown) => {
  expect(judgeFunction(returned(value))).toMatchObject({ verdict: "pass", actual: shown });
});

it("judgeFunction() fails what throws, with its stack", () => {
  const outcome: FunctionOutcome = {
    end: "threw",
    message: "Error: boom",
    stack: "at main.ts:3:9",
    output: "before\n",
  };
  expect(judgeFunction(outcome)).toEqual({
    verdict: "fail",
    expected: "a pass",
    actual: "Error: boom",
    details: "at main.ts:3:9\nprinted:\nbefore",
  });
});

it("judgeFunction() fails what takes too long, and cannot judge what was killed otherwise", () => {
  const killed = { end: "killed", message: "why", output: "" } as const;
  expect(judgeFunction({ ...killed, reason: "timeout" })).toMatchObject({
    verdict: "fail",
    actual: "why",
  });
  for (const reason of ["memory", "exit", "crash"] as const) {
    expect(judgeFunction({ ...killed, reason }).verdict).toBe("error");
  }
});

it("judgeFunction() has bounded words for whatever a function returns", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, output) => {
      const { actual, details = "", verdict } = judgeFunction(returned(value as Json, output));
      expect(["pass", "fail", "error"]).toContain(verdict);
      expect(actual.length).toBeLessThanOrEqual(500);
      expect(`${actual}${details}`).not.toMatch(/[\p{Cc}--[\n\t]]/v);
    }),
  );
});

it("shownFunction() counts from one", () => {
  expect(shownFunction({ module: "main.ts", position: 0, of: 1, hash: "" })).toBe(
    "function 1 of main.ts",
  );
});
