import type { Severity } from "./severity.ts";
import type { Phases } from "./service.ts";
import type { Verdict } from "./verdict.ts";

/** What an assertion adds to its line of a report. */
export interface AssertionDetails {
  /** The class's name: `PortAccessibleAssert`. */
  readonly name: string;
  /** What must be true, in words. */
  readonly claim: string;
  /** What should have been seen; null when nothing was judged. */
  readonly expected: string | null;
  /** What was seen, or why nothing was. */
  readonly actual: string;
  /** `warn` when its failure makes the resource degraded, and no more. */
  readonly severity: Severity;
  /** Where it was declared, such as `main.ts:12:3`; null when nobody knows. */
  readonly declaredAt: string | null;
  /** Why it must be true, in the words of who declared it. */
  readonly description: string | null;
  /** More that helps, of several lines; null when there is none. */
  readonly details: string | null;
  /** Numbers that were seen, by name with their unit last. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** One line of a report: what became of one claim about one target. */
export interface ReportItem {
  /** The resource, as people call it. */
  readonly name: string;
  /** What was looked at: a URL, a path, a port. */
  readonly target: string;
  /** The kind of check, in kebab case, such as `http-status`. */
  readonly kind: string;
  readonly verdict: Verdict;
  /** What was seen, in a few words: `200`, `Expected 200, got 500`, `unreachable: connection refused (127.0.0.1:81, ECONNREFUSED)`. */
  readonly detail: string;
  /** How long the target took, in milliseconds; null when it gave no answer. */
  readonly durationMs: number | null;
  /** The HTTP status of the answer; null when there was none. */
  readonly statusCode: number | null;
  readonly phases: Phases | null;
  /** How many attempts were made; 1 or more. */
  readonly attempts: number;
  /** There for assertions; left out for the services of a list. */
  readonly assertion?: AssertionDetails;
}

/** What became of a claim, as people are told: one that does not hold and only warns is a warning. */
export type Outcome = Verdict | "warning";

/** How many of each verdict. */
export interface ReportSummary {
  readonly total: number;
  readonly passed: number;
  /** Without those whose failure is only a warning. */
  readonly failed: number;
  /** Claims that do not hold and only warn. */
  readonly warnings: number;
  readonly errors: number;
  readonly skipped: number;
  /** From the start of the run to its end, in milliseconds. */
  readonly durationMs: number;
}

/** Everything that a report format may show. */
export interface Report {
  /** What was run, such as `clockwork check`. */
  readonly title: string;
  /** The project or file that was checked, for labels: `quickstart`. */
  readonly project: string;
  /** When the run began, in milliseconds since 1970-01-01 UTC. */
  readonly startedAt: number;
  /** In the order of the input. */
  readonly items: readonly ReportItem[];
  readonly summary: ReportSummary;
  /** What the `json` format prints, already in the shape that the command promises. */
  readonly document: unknown;
}

/** How a format may render. */
export interface RenderOptions {
  /** True when colour escapes may be used. */
  readonly color: boolean;
  /** Columns of the terminal; null when there is none, so that nothing is cut. */
  readonly width: number | null;
}

/** A way to write a report. */
export interface ReportFormat {
  /** One sentence for the help text. */
  readonly summary: string;
  /**
   * Writes the report.
   *
   * @returns The whole text, with its trailing newline; empty for nothing at all.
   */
  readonly render: (report: Report, options: RenderOptions) => string;
  /**
   * Says why there is no report, for readers that look at nothing but standard output.
   *
   * @returns The whole text, with its trailing newline.
   */
  readonly problem?: (message: string) => string;
  /** Exit codes that differ from the usual ones of this program, for formats whose readers expect their own. */
  readonly exitCodes?: ExitCodes;
}

/** Exit codes by outcome. */
export interface ExitCodes {
  readonly pass: number;
  readonly fail: number;
  readonly error: number;
  readonly configuration: number;
  /** When nothing but warnings came up; as `pass` by default. */
  readonly warning?: number;
}

/** The exit codes of every command, unless its report format has its own. */
export const EXIT_CODES: ExitCodes = { pass: 0, fail: 1, error: 3, configuration: 78 };

/**
 * Counts the verdicts of a run.
 *
 * @param items - What was found.
 * @param durationMs - How long the run took, in milliseconds.
 * @returns The counts.
 */
export function summarize(items: readonly ReportItem[], durationMs: number): ReportSummary {
  const count = (verdict: Verdict): number =>
    items.filter((item) => item.verdict === verdict).length;
  const warnings = items.filter(isWarning).length;
  return {
    total: items.length,
    passed: count("pass"),
    failed: count("fail") - warnings,
    warnings,
    errors: count("error"),
    skipped: count("skipped"),
    durationMs,
  };
}

/**
 * Tells a claim that does not hold and only warns.
 *
 * @param item - One line of a report.
 * @returns True for a failed assertion of the severity `warn`.
 */
export function isWarning({ verdict, assertion }: ReportItem): boolean {
  return verdict === "fail" && assertion?.severity === "warn";
}

/**
 * Tells what became of a claim, warnings apart.
 *
 * @param item - One line of a report.
 * @returns The verdict, or `warning` for what {@link isWarning} tells.
 */
export function outcomeOf(item: ReportItem): Outcome {
  return isWarning(item) ? "warning" : item.verdict;
}

/**
 * Names one line of a report where there is no table to say it in columns.
 *
 * @param item - The line; its text is not made safe.
 * @returns Such as `nginx-web HealthcheckAssert http://localhost:8080/health`, or a service's name.
 */
export function titleOf({ name, target, assertion }: ReportItem): string {
  return assertion === undefined ? name : `${name} ${assertion.name} ${target}`.trim();
}

/**
 * Draws the exit code of a run: any failure outweighs any error, as what is known outweighs what is not.
 *
 * @param summary - The counts of the run.
 * @param codes - Which code stands for which outcome.
 * @returns The exit code, 0 to 255.
 */
export function exitCodeOf(summary: ReportSummary, codes: ExitCodes = EXIT_CODES): number {
  if (summary.failed > 0) return codes.fail;
  if (summary.errors > 0) return codes.error;
  return summary.warnings > 0 ? (codes.warning ?? codes.pass) : codes.pass;
}
