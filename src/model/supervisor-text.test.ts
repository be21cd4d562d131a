import { expect, it } from "vitest";
import {
  configurationTextProblem,
  programNameProblem,
  variableProblem,
} from "./supervisor-text.ts";

it.each([
  ["web", null],
  ["Web-1.2_a@b+c", null],
  ["workers:mailer", "a program in a group of another name cannot be written"],
  ["a/b", "must be of letters, digits"],
  [".hidden", "must be of letters, digits"],
  ["", "must be of letters, digits"],
  ["x".repeat(201), "must be of letters, digits"],
])("programNameProblem() of %j", (name, problem) => {
  const found = programNameProblem(name);
  if (problem === null) expect(found).toBeNull();
  else expect(found).toContain(problem);
});

it.each(["a\nb", "a\r", "\0", "\u001b[1m", "\u0085", "\u2028", "\uD800"])(
  "configurationTextProblem() refuses %j",
  (text) => {
    expect(configurationTextProblem(text)).toContain("no line break or control character");
    expect(variableProblem("A", text)).toContain("no line break or control character");
  },
);

it.each(["", "a b", "\t", "ü→", ";#%", `'"`])("configurationTextProblem() takes %j", (text) => {
  expect(configurationTextProblem(text)).toBeNull();
});

it.each([
  ["A", `it's`, true],
  ["A.b-c", `{"a": 1}`, true],
  ["A", "", true],
  ["A", `"a"`, false],
  ["A", `a'`, false],
  ["A", `a"b'c`, false],
  ["A B", "", false],
  ["", "", false],
])("variableProblem() of %j and %j", (name, value, isWritable) => {
  expect(variableProblem(name, value) === null).toBe(isWritable);
});

it("variableProblem() never tells the value", () => {
  expect(variableProblem("A", `"hunter2'`)).not.toContain("hunter2");
});
