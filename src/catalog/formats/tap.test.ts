import fc from "fast-check";
import { type FinalResults, Parser, type Result } from "tap-parser";
import { expect, it } from "vitest";
import { assertionItem, item, report, type AssertionItem } from "../../../test/support/report.ts";
import { isWarning, type ReportItem } from "../../model/report.ts";
import { singleLine } from "../../model/text.ts";
import { tap } from "./tap.ts";

const render = (items: readonly ReportItem[]): string =>
  tap.render(report(items), { color: false, width: null });

interface Read {
  readonly points: readonly Result[];
  readonly final: FinalResults;
  readonly other: readonly string[];
}

const read = (text: string): Read => {
  const events = Parser.parse(text, { strict: true }) as [string, unknown][];
  const of = (name: string): unknown[] =>
    events.filter(([event]) => event === name).map(([, value]) => value);
  const known = new Set(["version", "plan", "assert", "complete", "finish", "close"]);
  return {
    points: of("assert") as Result[],
    final: of("complete")[0] as FinalResults,
    other: events.map(([event]) => event).filter((event) => !known.has(event)),
  };
};

it("tap() writes version, plan, points, diagnostics and a skip", () => {
  const text = render([
    item(),
    item({
      name: "pay",
      verdict: "fail",
      detail: "Expected 200, got 500",
      statusCode: 500,
      attempts: 3,
    }),
    item({ name: "old", verdict: "skipped", detail: "depends on mail" }),
  ]);
  expect(text).toBe(
    [
      "TAP version 14",
      "1..3",
      "ok 1 - api",
      "not ok 2 - pay",
      "  ---",
      '  message: "Expected 200, got 500"',
      "  severity: fail",
      "  data:",
      '    kind: "http-status"',
      '    target: "https://api.example.com/"',
      "    status_code: 500",
      "    duration_ms: 12.3",
      "    attempts: 3",
      "  ...",
      "ok 3 - old # SKIP depends on mail",
      "",
    ].join("\n"),
  );
});

it("tap() calls an error not ok, with the severity error", () => {
  const { points } = read(render([item({ verdict: "error", detail: "too many open files" })]));
  expect(points[0]?.ok).toBe(false);
  expect(points[0]?.diag).toMatchObject({ message: "too many open files", severity: "error" });
});

it("tap() says of an assertion what was expected, what was seen, and where it was declared", () => {
  const failed = assertionItem(
    { verdict: "fail" },
    { actual: "503", description: "The balancer\nasks.", details: "Error: no\n\tat x" },
  );
  expect(render([failed]).split("\n").slice(2, 13)).toEqual([
    "not ok 1 - nginx-web HealthcheckAssert http://localhost:8080/health",
    "  ---",
    '  message: "expected 200, got 503"',
    "  severity: fail",
    '  expected: "200"',
    '  actual: "503"',
    '  claim: "http://localhost:8080/health answers 200"',
    '  at: "main.ts:12:3"',
    '  why: "The balancer asks."',
    '  details: "Error: no\\n    at x"',
    "  data:",
  ]);
});

it("tap() lets a warning fail without failing the whole", () => {
  const warned = assertionItem({ verdict: "fail" }, { actual: "503", severity: "warn" });
  const text = render([assertionItem(), warned]);
  expect(text).toContain(
    "\nnot ok 2 - nginx-web HealthcheckAssert http://localhost:8080/health # TODO warning: expected 200, got 503\n",
  );
  const { final, points } = read(text);
  expect(final).toMatchObject({ ok: true, fail: 1, todo: 1 });
  expect(points[1]).toMatchObject({ ok: false, todo: "warning: expected 200, got 503" });
  expect(points[1]?.diag).toMatchObject({ severity: "warn", expected: "200", actual: "503" });
});

it("tap() plans nothing for an empty report", () => {
  expect(render([])).toBe("TAP version 14\n1..0\n");
  expect(read(render([])).final.ok).toBe(true);
});

it("tap() escapes hashes and backslashes", () => {
  expect(render([item({ name: "a # SKIP \\b" })])).toContain("ok 1 - a \\# SKIP \\\\b\n");
});

it("tap() keeps a last brace from opening a subtest", () => {
  const { points, other } = read(render([item({ name: "a {" }), item({ name: "b" })]));
  expect(points.map(({ name }) => name)).toEqual(["a \uFF5B", "b"]);
  expect(other).toEqual([]);
});

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom("#", " # SKIP", " # TODO x", "\\", "{", "}", "\n", "\r\nBail out!", " - "),
      fc.constantFrom("\n1..9\n", "\nnot ok 1\n", "\n  ...\n", '"', "'", ": ", "%YAML", "7", " "),
      fc.constantFrom("\u001B[31m", "\uD800", "\u202E", "\u2028", "\u0000", "pragma +bail"),
      fc.string({ unit: "binary", maxLength: 3 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

it("tap() survives hostile names and details in a strict parser", () => {
  const hostileItem = fc
    .record({
      name: hostile,
      target: hostile,
      detail: hostile,
      verdict: fc.constantFrom("pass", "fail", "error", "skipped"),
      durationMs: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
    })
    .map((changes) => item(changes));
  fc.assert(
    fc.property(fc.array(hostileItem, { minLength: 1, maxLength: 5 }), (items) => {
      const { points, final, other } = read(render(items));
      const bad = items.filter(({ verdict }) => verdict === "fail" || verdict === "error");
      expect(other).toEqual([]);
      expect(final).toMatchObject({ count: items.length, fail: bad.length, bailout: false });
      expect(final.failures.every(({ tapError }) => tapError === null)).toBe(true);
      expect(points.map(({ id, ok, name }) => ({ id, ok, name }))).toEqual(
        items.map((each, index) => ({
          id: index + 1,
          ok: !bad.includes(each),
          name: singleLine(each.name).replace(/\{$/u, "\uFF5B"),
        })),
      );
      expect(points.map(({ skip }) => skip !== false)).toEqual(
        items.map(({ verdict }) => verdict === "skipped"),
      );
      expect(points.map(({ diag }) => (diag as { message?: string } | null)?.message)).toEqual(
        items.map((each) => (bad.includes(each) ? singleLine(each.detail) : undefined)),
      );
    }),
  );
});

const isBad = ({ verdict }: ReportItem): boolean => verdict === "fail" || verdict === "error";

const factsOf = ({ assertion: { claim, actual, expected } }: AssertionItem): readonly unknown[] =>
  [claim, actual, expected].map((text) => (text === null ? undefined : singleLine(text)));

it("tap() carries hostile facts of assertions through a strict parser", () => {
  const details = fc.record({
    name: hostile,
    claim: hostile,
    expected: fc.option(hostile),
    actual: hostile,
    severity: fc.constantFrom("fail", "warn"),
    declaredAt: fc.option(hostile),
    description: fc.option(hostile),
    details: fc.option(hostile),
  });
  const hostileItem = fc
    .tuple(details, hostile, fc.constantFrom("pass", "fail", "error", "skipped"))
    .map(([facts, name, verdict]) => assertionItem({ name, verdict }, facts));
  fc.assert(
    fc.property(fc.array(hostileItem, { minLength: 1, maxLength: 5 }), (items) => {
      const { points, final, other } = read(render(items));
      expect(other).toEqual([]);
      const warnings = items.filter(isWarning);
      expect(final).toMatchObject({ count: items.length, todo: warnings.length, bailout: false });
      expect(final.ok).toBe(items.filter(isBad).length === warnings.length);
      const facts = points.map(({ diag }) => diag as Readonly<Record<string, unknown>> | null);
      expect(facts.map((each) => [each?.["claim"], each?.["actual"], each?.["expected"]])).toEqual(
        items.map((each) => (isBad(each) ? factsOf(each) : [undefined, undefined, undefined])),
      );
    }),
  );
});
