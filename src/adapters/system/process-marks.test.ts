import fc from "fast-check";
import { expect, it } from "vitest";
import type { Marks } from "../../model/marks.ts";
import { marksIn, variablesOf } from "./process-marks.ts";

const MARKS: Marks = {
  project: "12345678-1234-4123-8123-123456789abc",
  resource: "worker",
  instance: "0123456789abcdef",
  generation: 2,
  specHash: "ab".repeat(32),
  version: 7,
};

const ORIGIN = { marks: MARKS, root: "/srv/shop", declaration: "{}" };

it("marksIn() reads what variablesOf() wrote", () => {
  expect(marksIn({ PATH: "/bin", ...variablesOf(ORIGIN) })).toEqual(ORIGIN);
});

it("marksIn() takes no environment for ours that is not", () => {
  const names = Object.keys(variablesOf(ORIGIN));
  const environment = fc.dictionary(fc.constantFrom(...names, "PATH"), fc.string());
  fc.assert(
    fc.property(environment, (variables) => {
      const found = marksIn({ ...variablesOf(ORIGIN), ...variables });
      if (found !== null) expect(Number.isSafeInteger(found.marks.generation)).toBe(true);
    }),
  );
  for (const missing of names.filter((name) => !/_(?:DECLARATION|ROOT)$/u.test(name))) {
    expect(marksIn({ ...variablesOf(ORIGIN), [missing]: "" })).toBeNull();
  }
});
