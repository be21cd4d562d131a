import { expect, it } from "vitest";
import { assertionItem, report } from "../../test/support/report.ts";
import { summaryLines } from "./assertion-summary.ts";
import { painter } from "./color.ts";
import type { ReportItem } from "./report.ts";

const PASSED = assertionItem();
const FAILED = assertionItem({ verdict: "fail" }, { actual: "503" });
const WARNED = assertionItem({ verdict: "fail" }, { actual: "503", severity: "warn" });
const BLIND = assertionItem({ verdict: "error" }, { expected: null, actual: "no files left" });
const SKIPPED = assertionItem({ verdict: "skipped" }, { expected: null, actual: "redis failed" });

const summed = (items: readonly ReportItem[], durationMs = 120): readonly string[] =>
  summaryLines(report(items, { durationMs }), Infinity, painter(false));

it.each([
  ["what passed", [PASSED, PASSED], "✓ All assertions passed  2 in 120 ms"],
  ["a single one", [PASSED], "✓ All assertions passed  1 in 120 ms"],
  ["what failed", [PASSED, FAILED, FAILED], "✗ 2 of 3 assertions failed  in 120 ms"],
  [
    "everything at once",
    [PASSED, FAILED, WARNED, BLIND, SKIPPED, SKIPPED, FAILED],
    "✗ 2 of 7 assertions failed, 1 warning, 1 could not be checked, 2 skipped  in 120 ms",
  ],
  [
    "errors before warnings",
    [PASSED, WARNED, WARNED, BLIND],
    "! 1 of 4 assertions could not be checked, 2 warnings  in 120 ms",
  ],
  ["warnings alone", [PASSED, WARNED], "⚠ 1 of 2 assertions passed, 1 warning  in 120 ms"],
  ["a warning and nothing else", [WARNED], "⚠ 0 of 1 assertions passed, 1 warning  in 120 ms"],
  ["what was skipped", [PASSED, SKIPPED], "✓ 1 of 2 assertions passed, 1 skipped  in 120 ms"],
  ["nothing but skipped", [SKIPPED], "- 1 of 1 assertions skipped  in 120 ms"],
])("summaryLines() tells of %s", (_, items, line) => {
  expect(summed(items)).toEqual([line]);
});

it("summaryLines() says how often all was looked at", () => {
  const items = [assertionItem({ attempts: 4 })];
  expect(summed(items, 3_210)).toEqual(["✓ All assertions passed  1 in 3.21 s, after 4 attempts"]);
});

it("summaryLines() names the resources that are worst off, once each", () => {
  const redis = { ...FAILED, name: "redis" };
  const mail = { ...BLIND, name: "mail" };
  expect(summed([PASSED, FAILED, redis, redis, mail])[1]).toBe("    failed: nginx-web, redis");
  expect(summed([PASSED, mail])[1]).toBe("    not checked: mail");
  expect(summed([PASSED, { ...WARNED, name: "box" }])[1]).toBe("    warning: box");
  expect(summed([PASSED, { ...PASSED, name: "box" }])).toHaveLength(1);
});

it("summaryLines() counts names beyond the tenth", () => {
  const items = Array.from({ length: 13 }, (_, index) => ({ ...FAILED, name: String(index) }));
  expect(summed(items)[1]).toBe("    failed: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, and 3 more");
});
