import { expect, it } from "vitest";
import { testOutput } from "../../../test/support/terminal.ts";
import { resultOf } from "../../../test/support/deployments.ts";
import type { DeployEvent } from "../../model/deploy-event.ts";
import type { StepOutcome } from "../../model/deployment.ts";
import { showStepLines } from "./step-lines.ts";
import { namesText, resultText } from "./step-text.ts";

const EVENTS: readonly DeployEvent[] = [
  { type: "waiting", holder: "clockwork apply (pid 7)" },
  { type: "recovered", resource: "db", action: "replace", outcome: "undone", problem: null },
  { type: "recovered", resource: "x", action: "create", outcome: "failed", problem: "no\nroom" },
  { type: "started", resource: "web", action: "create" },
  { type: "note", resource: "web", text: "container made, not started yet" },
  { type: "gating", resource: "web", timeoutMs: 30_000 },
  { type: "gating", resource: "disk", timeoutMs: 0 },
  { type: "ended", result: resultOf() },
  { type: "rolling-back", resources: ["web", "db"] },
];

/** Each time somebody asks, two seconds have passed. */
function slowClock(): () => number {
  let nowMs = 0;
  return () => (nowMs += 2_000);
}

it("showStepLines() lets a quick step say only that it began and how it ended", () => {
  const output = testOutput();
  using display = showStepLines(output, () => 0);
  for (const event of EVENTS) display.onEvent(event);
  expect(output.text()).toContain("web: creating\ndisk: proving itself\nweb: created in 2.1s\n");
});

it("showStepLines() writes one plain line for each event of a slow step", () => {
  const output = testOutput();
  using display = showStepLines(output, slowClock());
  for (const event of EVENTS) display.onEvent(event);
  display.clear();
  expect(output.text().split("\n")).toEqual([
    "waiting for clockwork apply (pid 7), who works on this project",
    "db: an interrupted replace was undone",
    "x: an interrupted create could not be brought to its end: no room",
    "web: creating",
    "web: container made, not started yet",
    "web: proving itself, at most 30s",
    "disk: proving itself",
    "web: created in 2.1s",
    "something failed: undoing web, db",
    "",
  ]);
});

it("showStepLines() lets no name and no note drive the terminal", () => {
  const output = testOutput();
  using display = showStepLines(output, slowClock());
  const evil = "a\u001b]0;owned\u0007\nb\u009b2J";
  display.onEvent({ type: "started", resource: evil, action: "delete" });
  display.onEvent({ type: "note", resource: evil, text: evil });
  display.onEvent({ type: "gating", resource: evil, timeoutMs: 1 });
  display.onEvent({ type: "ended", result: resultOf({ resource: evil, outcome: "failed" }) });
  display.onEvent({ type: "rolling-back", resources: [evil] });
  display.onEvent({ type: "waiting", holder: evil });
  expect(output.text()).not.toMatch(/[[\p{Cc}]--\n]/v);
  expect(output.text().match(/\n/gu)).toHaveLength(6);
});

it("resultText() tells every end", () => {
  const outcomes: readonly StepOutcome[] = ["done", "failed", "undone", "skipped", "aborted"];
  const texts = outcomes.map((outcome) => resultText(resultOf({ outcome, action: "update" })));
  expect(texts).toEqual([
    "web: updated in 2.1s",
    "web: update failed after 2.1s",
    "web: update undone after 2.1s: what was before is there again",
    "web: update skipped",
    "web: update stopped after 2.1s",
  ]);
});

it("namesText() makes a number of many", () => {
  expect(namesText(["a", "b"])).toBe("a, b");
  expect(namesText("a b c d e f g h i j k".split(" "))).toBe("a, b, c, d, e, f, g, h and 3 more");
});
