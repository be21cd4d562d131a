import { expect, it } from "vitest";
import { collecting } from "../../test/support/collecting.ts";
import { activeCollector, reportProblems } from "./collector.ts";
import { ConfigurationError } from "./diagnostic.ts";

const PROBLEM = { code: "option-invalid", property: "port", message: "is wrong", hint: "mend it" };

it("reportProblems throws where no project is loaded", () => {
  expect(activeCollector()).toBeNull();
  const report = (): void => {
    reportProblems("XAssert", [{ ...PROBLEM, code: "option-invalid" }]);
  };
  expect(report).toThrow(ConfigurationError);
  expect(report).toThrow("XAssert.port: is wrong (option-invalid)\n  hint: mend it");
});

it("reportProblems tells a collector, with the place", () => {
  const { problems } = collecting(() => {
    reportProblems("XAssert", [{ ...PROBLEM, code: "option-invalid", property: "" }]);
  });
  expect(problems).toEqual([
    {
      code: "option-invalid",
      file: "main.ts",
      line: 7,
      column: 1,
      property: "XAssert",
      message: "is wrong",
      hint: "mend it",
    },
  ]);
  expect(activeCollector()).toBeNull();
});
