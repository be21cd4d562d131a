import type { Locations } from "../../engine/compile.ts";
import type { CheckOutcome } from "../../engine/run-check.ts";
import type { ResourceOutcome } from "../../engine/run-plans.ts";
import { summarize, type Report, type ReportItem } from "../../model/report.ts";
import { shownLocation, type SourceLocation } from "../../model/source-location.ts";
import type { Health } from "../../model/verdict.ts";

/** What a report on assertions is made from. */
export interface AssertRun {
  readonly project: string;
  readonly outcomes: readonly ResourceOutcome[];
  readonly locations: Locations;
  /** In milliseconds since 1970-01-01 UTC. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** How often all was looked at; 1 or more. */
  readonly attempts: number;
}

/**
 * Turns what became of plans into a report.
 *
 * @param run - What became of them, and when.
 * @returns The report; its document is `{ project, resources, results, summary }`.
 */
export function assertReport(run: AssertRun): Report {
  const { project, outcomes, startedAt, durationMs } = run;
  const items = outcomes.flatMap((outcome) =>
    outcome.checks.map((check) => itemOf(outcome, check, run)),
  );
  const summary = summarize(items, Math.round(durationMs));
  const resources = outcomes.map((outcome) => ({
    name: outcome.plan.resource,
    kind: outcome.plan.kind,
    health: healthOf(outcome),
    verdict: outcome.verdict,
    causedBy: outcome.causedBy,
  }));
  return {
    title: "clockwork assert",
    project,
    startedAt,
    items,
    summary,
    document: { project, resources, results: items.map(resultOf), summary },
  };
}

/**
 * Tells the health of a resource from one look at it.
 *
 * @param outcome - What became of its checks.
 * @returns `unknown` when nobody could look; what claims nothing itself is unhealthy when something that it needs is.
 */
export function healthOf({ verdict, isDegraded, plan }: ResourceOutcome): Health {
  const isPartBroken = verdict === "skipped" && plan.checks.length === 0;
  if (verdict === "fail" || isPartBroken) return "unhealthy";
  if (verdict !== "pass") return "unknown";
  return isDegraded ? "degraded" : "healthy";
}

function itemOf({ plan }: ResourceOutcome, outcome: CheckOutcome, run: AssertRun): ReportItem {
  const { check, verdict, expected, actual, severity, details, metrics } = outcome;
  const place = placeOf(run.locations, plan.resource, check.id);
  return {
    name: plan.resource,
    target: check.subject,
    kind: check.kind,
    verdict,
    detail: detailOf(outcome),
    durationMs: outcome.durationMs,
    statusCode: metrics["statusCode"] ?? null,
    phases: null,
    attempts: run.attempts,
    assertion: {
      name: check.name,
      claim: check.claim,
      expected,
      actual,
      severity,
      declaredAt: place === null ? null : shownLocation(place),
      description: check.description,
      details,
      metrics,
    },
  };
}

// A resource may be called `constructor`, which every object has something by.
function placeOf(locations: Locations, resource: string, check: string): SourceLocation | null {
  const ofResource = Object.hasOwn(locations, resource) ? locations[resource] : undefined;
  const isKnown = ofResource !== undefined && Object.hasOwn(ofResource, check);
  return isKnown ? (ofResource[check] ?? null) : null;
}

function detailOf({ verdict, expected, actual }: CheckOutcome): string {
  return verdict === "fail" && expected !== null ? `expected ${expected}, got ${actual}` : actual;
}

function resultOf(item: ReportItem): object {
  const { name, kind, target, verdict, durationMs, attempts, assertion } = item;
  return {
    resource: name,
    kind,
    assertion: assertion?.name,
    target,
    claim: assertion?.claim,
    verdict,
    severity: assertion?.severity,
    expected: assertion?.expected,
    actual: assertion?.actual,
    durationMs,
    attempts,
    declaredAt: assertion?.declaredAt,
    description: assertion?.description,
    details: assertion?.details,
    metrics: assertion?.metrics,
  };
}
