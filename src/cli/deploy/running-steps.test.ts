import { expect, it } from "vitest";
import { resultOf } from "../../../test/support/deployments.ts";
import { displayWidth } from "../../model/text.ts";
import { RunningSteps } from "./running-steps.ts";

const SIZE = { columns: 60, rows: 24, hasColor: false };

it("RunningSteps draws what is under way, with its note and its time", () => {
  const steps = new RunningSteps();
  steps.add({ type: "started", resource: "web", action: "create" }, 1_000);
  steps.add({ type: "started", resource: "db", action: "replace" }, 2_000);
  steps.add({ type: "note", resource: "web", text: "image pulled" }, 2_500);
  expect(steps.lines({ ...SIZE, nowMs: 13_400 })).toEqual([
    "  … web: creating, image pulled 12s",
    "  … db: replacing 11s",
  ]);
  steps.add({ type: "gating", resource: "web", timeoutMs: 30_000 }, 14_000);
  expect(steps.lines({ ...SIZE, nowMs: 14_000 })[0]).toContain("proving itself, at most 30s");
  steps.add({ type: "ended", result: resultOf() }, 15_000);
  expect(steps.lines({ ...SIZE, nowMs: 15_000 })).toEqual(["  … db: replacing 13s"]);
  steps.add({ type: "rolling-back", resources: ["web"] }, 16_000);
  expect(steps.lines({ ...SIZE, nowMs: 16_000 })[1]).toBe("  … web: undoing");
});

it("RunningSteps fits the terminal, and drives it with no name", () => {
  const steps = new RunningSteps();
  for (let index = 0; index < 50; index += 1) {
    const resource = `\u001b[2J${"long-".repeat(20)}${String(index)}`;
    steps.add({ type: "note", resource, text: "a note that goes on and on\r\n".repeat(5) }, 0);
  }
  const lines = steps.lines({ columns: 40, rows: 10, hasColor: false, nowMs: 61_000 });
  expect(lines).toHaveLength(8);
  expect(lines.at(-1)).toBe("  … and 43 more");
  for (const line of lines) {
    expect(displayWidth(line)).toBeLessThanOrEqual(40);
    expect(line).not.toMatch(/\p{Cc}/u);
  }
});
