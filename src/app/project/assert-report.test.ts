import { expect, it } from "vitest";
import { fakePlan } from "../../../test/support/fake-kinds.ts";
import type { CheckOutcome } from "../../engine/run-check.ts";
import type { ResourceOutcome } from "../../engine/run-plans.ts";
import type { Verdict } from "../../model/verdict.ts";
import { assertReport, healthOf } from "./assert-report.ts";

function outcomeOf(name: string, verdict: Verdict, isDegraded = false): ResourceOutcome {
  const plan = fakePlan(name, ["pass"]);
  const checks = plan.checks.map((check): CheckOutcome => ({
    check,
    verdict,
    severity: "fail",
    expected: verdict === "skipped" || verdict === "error" ? null : "200",
    actual: verdict,
    details: null,
    metrics: { statusCode: 503 },
    durationMs: 12,
  }));
  const causedBy = verdict === "skipped" ? "db" : null;
  return { plan, verdict, isDegraded, checks, causedBy };
}

it("assertReport tells of each check, where it was declared, and of each resource", () => {
  const outcomes = [outcomeOf("db", "fail"), outcomeOf("web", "skipped")];
  const locations = { db: { "fake-0": { file: "main.ts", line: 3, column: 4 } } };
  const { items, summary, document } = assertReport({
    project: "shop",
    outcomes,
    locations,
    startedAt: 0,
    durationMs: 5.4,
    attempts: 2,
  });
  expect(items).toMatchObject([
    {
      name: "db",
      kind: "fake",
      detail: "expected 200, got fail",
      statusCode: 503,
      attempts: 2,
      assertion: { name: "FakeAssert", declaredAt: "main.ts:3:4", expected: "200" },
    },
    { name: "web", detail: "skipped", assertion: { declaredAt: null, expected: null } },
  ]);
  expect(summary).toMatchObject({ total: 2, failed: 1, skipped: 1, durationMs: 5 });
  expect(document).toMatchObject({
    project: "shop",
    resources: [
      { name: "db", health: "unhealthy", verdict: "fail", causedBy: null },
      { name: "web", health: "unknown", verdict: "skipped", causedBy: "db" },
    ],
    results: [{ resource: "db", declaredAt: "main.ts:3:4" }, { resource: "web" }],
  });
});

it.each(["constructor", "__proto__", "toString"])(
  "assertReport knows no place of a resource called %s",
  (name) => {
    const plan = fakePlan(name, ["pass"], [], { id: "name" });
    const outcome = { ...outcomeOf(name, "pass"), plan };
    const [check] = outcome.checks;
    if (check === undefined) throw new Error("no check");
    const checks = [{ ...check, check: { ...check.check, id: "name" } }];
    const run = { project: "p", locations: {}, startedAt: 0, durationMs: 0, attempts: 1 };
    const { items } = assertReport({ ...run, outcomes: [{ ...outcome, checks }] });
    expect(items[0]?.assertion?.declaredAt).toBeNull();
  },
);

it.each([
  ["pass", false, "healthy"],
  ["pass", true, "degraded"],
  ["fail", false, "unhealthy"],
  ["error", false, "unknown"],
  ["skipped", false, "unknown"],
] as const)("healthOf takes %s (degraded: %s) for %s", (verdict, isDegraded, health) => {
  expect(healthOf(outcomeOf("a", verdict, isDegraded))).toBe(health);
});
