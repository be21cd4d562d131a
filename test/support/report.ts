import {
  summarize,
  type AssertionDetails,
  type Report,
  type ReportItem,
} from "../../src/model/report.ts";

/** One line of a report on services: it passes unless told otherwise. */
export function item(changes: Partial<ReportItem> = {}): ReportItem {
  return {
    name: "api",
    target: "https://api.example.com/",
    kind: "http-status",
    verdict: "pass",
    detail: "200 OK",
    durationMs: 12.3,
    statusCode: 200,
    phases: null,
    attempts: 1,
    ...changes,
  };
}

/** A line of a report that is about an assertion. */
export type AssertionItem = ReportItem & { readonly assertion: AssertionDetails };

/** One line of a report on assertions: it passes unless told otherwise. Its detail follows from what was expected and seen. */
export function assertionItem(
  changes: Partial<ReportItem> = {},
  details: Partial<AssertionDetails> = {},
): AssertionItem {
  const target = changes.target ?? "http://localhost:8080/health";
  const assertion: AssertionDetails = {
    name: "HealthcheckAssert",
    claim: `${target} answers 200`,
    expected: "200",
    actual: "200",
    severity: "fail",
    declaredAt: "main.ts:12:3",
    description: null,
    details: null,
    metrics: {},
    ...details,
  };
  const { expected, actual } = assertion;
  const isFailure = changes.verdict === "fail" && expected !== null;
  const detail = isFailure ? `expected ${expected}, got ${actual}` : actual;
  return {
    ...item({
      name: "nginx-web",
      target,
      kind: "healthcheck",
      statusCode: null,
      detail,
      ...changes,
    }),
    assertion,
  };
}

/** A report on items, with its summary. */
export function report(
  items: readonly ReportItem[],
  { durationMs = 2_030, ...changes }: Partial<Report> & { readonly durationMs?: number } = {},
): Report {
  return {
    title: "clockwork check",
    project: "shop",
    startedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    items,
    summary: summarize(items, durationMs),
    document: null,
    ...changes,
  };
}
