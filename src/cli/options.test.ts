import { expect, it } from "vitest";
import { delayOption, durationOption, integerOption } from "./options.ts";

it("durationOption() takes seconds or a duration above zero", () => {
  expect(durationOption("2")).toBe(2_000);
  expect(durationOption("500ms")).toBe(500);
  for (const text of ["0", "-1", "soon", ""]) expect(() => durationOption(text)).toThrow("above 0");
});

it("delayOption() takes zero too", () => {
  expect(delayOption("0")).toBe(0);
  expect(() => delayOption("-1")).toThrow("It takes seconds");
});

it("integerOption() keeps within its bounds", () => {
  const parse = integerOption(1, 10);
  expect(parse("10")).toBe(10);
  for (const text of ["0", "11", "1.5", "1e1", " 1", "", "9999999999"]) {
    expect(() => parse(text)).toThrow("It takes an integer from 1 to 10.");
  }
});
