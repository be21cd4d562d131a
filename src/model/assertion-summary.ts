import type { Paint } from "./color.ts";
import { excerpt } from "./excerpt.ts";
import { flowCells, INDENT, shownTime, STYLES } from "./report-rows.ts";
import { outcomeOf, type Outcome, type Report, type ReportSummary } from "./report.ts";
import { wrap } from "./text.ts";

/** More names than this are counted, not told. */
const MOST_NAMES = 10;

/** What is said of the resources that are worst off. */
const TROUBLES: ReadonlyMap<Outcome, string> = new Map([
  ["fail", "failed"],
  ["error", "not checked"],
  ["warning", "warning"],
]);

/**
 * Sums up a report on assertions: how it went, and which resources are in trouble.
 *
 * @param report - At least one item.
 * @param space - How wide a line may be, in columns of a terminal; `Infinity` for one line in any case.
 * @param paint - Sets the outcome in colour.
 * @returns Such as `✗ 2 of 15 assertions failed, 1 warning  in 1.20 s` and `failed: nginx-web, redis`.
 */
export function summaryLines(report: Report, space: number, paint: Paint): readonly string[] {
  const { summary } = report;
  const worst = worstOf(summary);
  const style = STYLES[worst];
  const isAllWell = summary.passed === summary.total;
  const words = isAllWell ? "All assertions passed" : countsOf(summary, worst);
  const time = timeOf(report, isAllWell);
  const cells = [
    { text: words, width: 0, color: style.color },
    { text: time, width: 0, color: "dim" },
  ] as const;
  const names = namesOf(report, worst);
  return [
    ...flowCells(style, cells, space, paint),
    ...(names === "" ? [] : wrap(names, space - INDENT.length).map((line) => INDENT + line)),
  ];
}

function worstOf({ failed, errors, warnings, passed }: ReportSummary): Outcome {
  if (failed > 0) return "fail";
  if (errors > 0) return "error";
  if (warnings > 0) return "warning";
  return passed > 0 ? "pass" : "skipped";
}

// The first count, 0 too, says of how many.
function countsOf(summary: ReportSummary, worst: Outcome): string {
  const { total, passed, failed, errors, warnings, skipped } = summary;
  const firsts: Readonly<Record<Outcome, string>> = {
    fail: `${String(failed)} of ${String(total)} assertions failed`,
    error: `${String(errors)} of ${String(total)} assertions could not be checked`,
    warning: `${String(passed)} of ${String(total)} assertions passed`,
    pass: `${String(passed)} of ${String(total)} assertions passed`,
    skipped: `${String(skipped)} of ${String(total)} assertions skipped`,
  };
  const others = (
    [
      [warnings, warnings === 1 ? "warning" : "warnings"],
      [worst === "error" ? 0 : errors, "could not be checked"],
      [worst === "skipped" ? 0 : skipped, "skipped"],
    ] as const
  ).filter(([count]) => count > 0);
  return [firsts[worst], ...others.map(([count, what]) => `${String(count)} ${what}`)].join(", ");
}

function timeOf({ items, summary }: Report, isAllWell: boolean): string {
  const count = isAllWell ? `${String(summary.total)} ` : "";
  const attempts = items.reduce((most, item) => Math.max(most, item.attempts), 1);
  const after = attempts === 1 ? "" : `, after ${String(attempts)} attempts`;
  return `${count}in ${shownTime(summary.durationMs)}${after}`;
}

// With a single resource, its name stands on every line anyway.
function namesOf({ items }: Report, worst: Outcome): string {
  if (new Set(items.map(({ name }) => name)).size < 2) return "";
  const label = TROUBLES.get(worst);
  if (label === undefined) return "";
  const affected = items.filter((item) => outcomeOf(item) === worst);
  const names = [...new Set(affected.map(({ name }) => excerpt(name)))];
  const more = names.length - MOST_NAMES;
  const told = names.slice(0, MOST_NAMES).join(", ");
  return `${label}: ${told}${more > 0 ? `, and ${String(more)} more` : ""}`;
}
