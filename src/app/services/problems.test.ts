import { expect, it } from "vitest";
import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { Problems } from "./problems.ts";

function diagnosticsOf(problems: Problems): readonly Diagnostic[] {
  try {
    problems.throwIfAny();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.diagnostics;
    throw error;
  }
  return [];
}

function withMany(count: number): { diagnostics: readonly Diagnostic[]; described: number } {
  const problems = new Problems("\n".repeat(1_000), "f");
  let described = 0;
  for (let offset = 0; offset < count; offset += 1) {
    problems.add(offset, () => {
      described += 1;
      return { code: "field-range", message: String(offset) };
    });
  }
  return { diagnostics: diagnosticsOf(problems), described };
}

it("Problems.throwIfAny() does nothing without problems", () => {
  expect(diagnosticsOf(new Problems("", "f"))).toEqual([]);
});

it("Problems.throwIfAny() reports problems with their places, in the order in which they came", () => {
  const problems = new Problems("ab\ncd", "f.json");
  problems.add(4, () => ({ code: "field-type", property: "[0].x", message: "one", hint: "do" }));
  problems.add(null, () => ({ code: "file-empty", message: "two" }));
  expect(diagnosticsOf(problems)).toEqual([
    {
      code: "field-type",
      file: "f.json",
      line: 2,
      column: 2,
      property: "[0].x",
      message: "one",
      hint: "do",
    },
    {
      code: "file-empty",
      file: "f.json",
      line: null,
      column: null,
      property: null,
      message: "two",
      hint: null,
    },
  ]);
});

it("Problems.throwIfAny() shows 100 problems, and says how many more there are and where they begin", () => {
  expect(withMany(100).diagnostics).toHaveLength(100);
  const one = withMany(101);
  expect(one.diagnostics).toHaveLength(101);
  expect(one.diagnostics[99]).toMatchObject({ code: "field-range", message: "99", line: 100 });
  expect(one.diagnostics[100]).toMatchObject({
    code: "too-many-problems",
    message: "1 more problem is not shown, from here on",
    line: 101,
  });
  const many = withMany(900);
  expect(many.described).toBe(100);
  expect(many.diagnostics).toHaveLength(101);
  expect(many.diagnostics[100]).toMatchObject({
    message: "800 more problems are not shown, from here on",
    line: 101,
  });
});

it("Problems.only() leaves out what was noted", () => {
  const problems = new Problems("x", "f");
  problems.add(0, () => ({ code: "field-type", message: "one" }));
  const { diagnostics } = problems.only(0, { code: "json-syntax", message: "two" });
  expect(diagnostics.map(({ message }) => message)).toEqual(["two"]);
});
