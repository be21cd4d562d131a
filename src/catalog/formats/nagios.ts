import type { Report, ReportFormat, ReportItem, ReportSummary } from "../../model/report.ts";
import { decimalSeconds, singleLine } from "../../model/text.ts";

/** Some agents hand on 1 KiB of output and no more; the status must be read whole. */
const FIRST_LINE_LIMIT_BYTES = 1024;

/** Together with the status, the first entry then always fits into the first line. */
const ENTRY_LIMIT_CHARACTERS = 200;

/** Room for the `, and 100000 more` that ends a list which was cut. */
const MORE_BYTES = 20;

const ENCODER = new TextEncoder();

/**
 * The output of a Nagios plugin: one line of status with performance data, then a line for each check that did not pass.
 *
 * @see https://www.monitoring-plugins.org/doc/guidelines.html
 */
export const nagios: ReportFormat = {
  summary: "one plugin line with performance data, for Nagios, Icinga and their like",
  exitCodes: { pass: 0, fail: 2, error: 3, configuration: 3 },
  problem: (message) => `UNKNOWN - ${plain(singleLine(message))}\n`,
  render: (report) => {
    if (report.items.length === 0) return "OK - nothing to check\n";
    const failures = report.items.filter((item) => item.verdict === "fail");
    const errors = report.items.filter((item) => item.verdict === "error");
    const problems = [...failures, ...errors];
    const status = listed(statusOf(report.summary), problems);
    const lines = [`${status} | ${performanceData(report)}`, ...problems.map(detailLine), ""];
    return lines.join("\n");
  },
};

function statusOf({ total, passed, failed, errors, skipped }: ReportSummary): string {
  const of = `of ${String(total)}`;
  const rest = skipped === 0 ? "" : `, ${String(skipped)} skipped`;
  if (failed > 0) {
    const unknown = errors === 0 ? "" : `, ${String(errors)} could not be checked`;
    return `CRITICAL - ${String(failed)} ${of} failed${unknown}${rest}`;
  }
  if (errors > 0) return `UNKNOWN - ${String(errors)} ${of} could not be checked${rest}`;
  return `OK - ${String(passed)} ${of} healthy${rest}`;
}

function listed(status: string, problems: readonly ReportItem[]): string {
  let line = status;
  for (const [index, item] of problems.entries()) {
    const longer = `${line}${index === 0 ? ": " : ", "}${entryOf(item)}`;
    if (ENCODER.encode(longer).length + MORE_BYTES > FIRST_LINE_LIMIT_BYTES)
      return `${line}, and ${String(problems.length - index)} more`;
    line = longer;
  }
  return line;
}

function entryOf(item: ReportItem): string {
  const characters = Array.from(plain(`${item.name} (${singleLine(item.detail)})`));
  if (characters.length <= ENTRY_LIMIT_CHARACTERS) return characters.join("");
  return `${characters.slice(0, ENTRY_LIMIT_CHARACTERS - 1).join("")}…`;
}

function detailLine(item: ReportItem): string {
  const state = item.verdict === "fail" ? "CRITICAL" : "UNKNOWN";
  const attempts = item.attempts === 1 ? "" : ` after ${String(item.attempts)} attempts`;
  return plain(`${state}: ${item.name}: ${item.detail}${attempts} (${item.target})`);
}

// A bar would begin the performance data.
function plain(text: string): string {
  return singleLine(text).replaceAll("|", "¦");
}

// Response times. A check without one keeps its place with `U`, the value that is not known.
function performanceData({ items }: Report): string {
  const labels = new Set<string>();
  return items
    .map(({ name, durationMs }) => {
      const label = uniqueLabel(plain(name).replaceAll("=", "_"), labels);
      const value = durationMs === null ? "U" : `${decimalSeconds(durationMs)}s`;
      return `'${label.replaceAll("'", "''")}'=${value};;;0`;
    })
    .join(" ");
}

function uniqueLabel(wanted: string, taken: Set<string>): string {
  let label = wanted;
  for (let number = 2; taken.has(label); number += 1) label = `${wanted} ${String(number)}`;
  taken.add(label);
  return label;
}
