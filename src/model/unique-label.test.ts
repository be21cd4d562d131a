import { expect, it } from "vitest";
import { uniqueLabel } from "./unique-label.ts";

it("uniqueLabel() numbers what was there before, and passes over numbers that are taken", () => {
  const taken = new Set<string>();
  const labels = ["api", "api", "api 2", "api", "web"].map((label) => uniqueLabel(label, taken));
  expect(labels).toEqual(["api", "api 2", "api 2 2", "api 3", "web"]);
});
