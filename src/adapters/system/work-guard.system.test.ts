import { expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import { workGuard } from "./work-guard.ts";

it("workGuard returns what the work returns, nothing included", () => {
  expect(workGuard("adding", () => 1 + 1)).toBe(2);
  expect(workGuard<unknown>("doing nothing", () => undefined)).toBeUndefined();
});

it("workGuard passes on what the work throws", () => {
  const error = new TypeError("no");
  expect(() =>
    workGuard("failing", () => {
      throw error;
    }),
  ).toThrow(error);
});

it("workGuard ends a search that goes back and forth for ever, and says what it was", () => {
  const hostile = "a".repeat(60);
  const search = (): boolean => workGuard("searching the log", () => /(a+)+b/u.test(hostile));
  expect(search).toThrow(ObservationError);
  expect(search).toThrow("searching the log took more than 1 s");
  expect(workGuard("searching again", () => /a+/u.test(hostile))).toBe(true);
});
