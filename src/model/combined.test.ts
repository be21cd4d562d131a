import { expect, it } from "vitest";
import { combined } from "./combined.ts";

const pass = { verdict: "pass", expected: "a", actual: "b" } as const;
const fail = { verdict: "fail", expected: "c", actual: "d", details: "e" } as const;
const error = { verdict: "error", expected: "f", actual: "g" } as const;

it.each([
  [[pass], pass],
  [[pass, { ...pass, actual: "x" }], pass],
  [[pass, error], error],
  [[fail, pass], fail],
  [[error, fail], { ...fail, details: "e\nexpected f, got g" }],
  [
    [pass, { ...error, actual: "h" }, error],
    { ...error, actual: "h", details: "expected f, got g" },
  ],
] as const)("combined() makes of %j %j", ([first, ...rest], judgement) => {
  expect(combined(first, ...rest)).toEqual(judgement);
});
