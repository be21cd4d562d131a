import fc from "fast-check";
import { expect, it } from "vitest";
import { record } from "./composite-types.ts";
import { integer, secretReference, text } from "./option-types.ts";
import { inStyle, readEitherCase } from "./task-options.ts";

const FIELDS = {
  maxMs: integer(0).required("How long."),
  headers: record(text()).optional("Sent along."),
  password: secretReference().optional("The secret."),
};

it("readEitherCase() takes keys in snake case and in camel case", () => {
  const values = { maxMs: 3, headers: null, password: null };
  expect(readEitherCase(FIELDS, { max_ms: 3 }).values).toEqual(values);
  expect(readEitherCase(FIELDS, { maxMs: 3 }).values).toEqual(values);
});

it("readEitherCase() leaves names alone that a person chose, and knows references to secrets", () => {
  const { values } = readEitherCase(FIELDS, {
    max_ms: 1,
    headers: { x_api_key: "1", secret_env: "2" },
    password: { secret_env: "MY_PASSWORD" },
  });
  expect(values).toEqual({
    maxMs: 1,
    headers: { x_api_key: "1", secret_env: "2" },
    password: { secretEnv: "MY_PASSWORD" },
  });
});

it.each([
  [{ max_ms: -1 }, "max_ms"],
  [{ maxMs: -1 }, "maxMs"],
  [{ maxMs: 1, max_ms: 1 }, "max_ms"],
  [{ some_thing: 1, max_ms: 1 }, "some_thing"],
  [{}, "maxMs"],
])("readEitherCase() names what is wrong with %j as it was written", (options, property) => {
  const { problems } = readEitherCase(FIELDS, options);
  expect(problems.map((problem) => problem.property)).toEqual([property]);
});

it("readEitherCase() names what is missing as its neighbours are written", () => {
  const [problem] = readEitherCase(FIELDS, {}, { style: "snake" }).problems;
  expect(problem?.property).toBe("max_ms");
});

it("inStyle() and reading are each other's opposite", () => {
  const names = fc.stringMatching(/^[a-z]{1,5}(?:[A-Z][a-z]{1,4}){0,3}$/u);
  fc.assert(
    fc.property(names, fc.constantFrom("snake", "camel"), (name, style) => {
      const fields = { [name]: integer(0).required("It.") };
      expect(readEitherCase(fields, { [inStyle(name, style)]: 7 }).values).toEqual({ [name]: 7 });
    }),
  );
});
