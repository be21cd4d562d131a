import { expect, it } from "vitest";
import { summarize } from "../../model/report.ts";
import { silent } from "./silent.ts";

it("silent() says nothing", () => {
  const report = {
    title: "clockwork check",
    project: "shop",
    startedAt: 0,
    items: [],
    summary: summarize([], 0),
    document: { results: [] },
  };
  expect(silent.render(report, { color: true, width: 80 })).toBe("");
});
