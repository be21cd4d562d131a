import {
  outcomeOf,
  titleOf,
  type Outcome,
  type Report,
  type ReportFormat,
  type ReportItem,
  type ReportSummary,
} from "../../model/report.ts";
import { decimalSeconds, singleLine } from "../../model/text.ts";
import { uniqueLabel } from "../../model/unique-label.ts";

/** Some agents hand on 1 KiB of output and no more; the status must be read whole. */
const FIRST_LINE_LIMIT_BYTES = 1024;

/** Together with the status, the first entry then always fits into the first line. */
const ENTRY_LIMIT_CHARACTERS = 200;

/** Room for the `, and 100000 more` that ends a list which was cut. */
const MORE_BYTES = 20;

/** A target may be of any length, and monitoring keeps the label as the name of a series. */
const LABEL_LIMIT_CHARACTERS = 200;

/** What is told, from what matters most, and how plugins call it. */
const STATES: ReadonlyMap<Outcome, string> = new Map([
  ["fail", "CRITICAL"],
  ["error", "UNKNOWN"],
  ["warning", "WARNING"],
]);

/** Of a whole report: agents hand on a few KiB, and every check's own time stands before them. */
const MOST_METRICS = 100;

/** The rest of a label is for the check. */
const METRIC_LIMIT_CHARACTERS = 60;

const METRIC_DECIMALS = 6;

/** From here on, a number is written with an exponent, which plugins do not write. */
const LEAST_WITH_EXPONENT = 1e21;

const ENCODER = new TextEncoder();

/**
 * The output of a Nagios plugin: one line of status with performance data, then a line for each check that did not pass.
 *
 * @see https://www.monitoring-plugins.org/doc/guidelines.html
 */
export const nagios: ReportFormat = {
  summary: "one plugin line with performance data, for Nagios, Icinga and their like",
  exitCodes: { pass: 0, fail: 2, error: 3, configuration: 3, warning: 1 },
  problem: (message) => `UNKNOWN - ${plain(singleLine(message))}\n`,
  render: (report) => {
    if (report.items.length === 0) return "OK - nothing to check\n";
    const problems = [...STATES.keys()].flatMap((outcome) =>
      report.items.filter((item) => outcomeOf(item) === outcome),
    );
    const status = listed(statusOf(report), problems);
    const lines = [`${status} | ${performanceData(report)}`, ...problems.map(detailLine), ""];
    return lines.join("\n");
  },
};

function statusOf({ items, summary }: Report): string {
  const { total, passed, failed, errors, warnings } = summary;
  const of = `of ${String(total)}`;
  const rest = restOf(summary);
  if (failed > 0) {
    const unknown = errors === 0 ? "" : `, ${String(errors)} could not be checked`;
    return `CRITICAL - ${String(failed)} ${of} failed${unknown}${rest}`;
  }
  if (errors > 0) return `UNKNOWN - ${String(errors)} ${of} could not be checked${rest}`;
  const isAboutAssertions = items.some(({ assertion }) => assertion !== undefined);
  const words = `${String(passed)} ${of} ${isAboutAssertions ? "passed" : "healthy"}${rest}`;
  return `${warnings > 0 ? "WARNING" : "OK"} - ${words}`;
}

function restOf({ warnings, skipped }: ReportSummary): string {
  const warned = warnings === 1 ? ", 1 warning" : `, ${String(warnings)} warnings`;
  return (warnings === 0 ? "" : warned) + (skipped === 0 ? "" : `, ${String(skipped)} skipped`);
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
  return cut(plain(`${titleOf(item)} (${singleLine(item.detail)})`), ENTRY_LIMIT_CHARACTERS);
}

function cut(text: string, limitCharacters: number): string {
  const characters = Array.from(text);
  if (characters.length <= limitCharacters) return text;
  return `${characters.slice(0, limitCharacters - 1).join("")}…`;
}

function detailLine(item: ReportItem): string {
  const { detail, attempts, target, assertion } = item;
  const state = STATES.get(outcomeOf(item)) ?? "OK";
  const after = attempts === 1 ? "" : ` after ${String(attempts)} attempts`;
  // The title of an assertion names its target, so there is room for the line that declared it.
  const place = assertion === undefined ? target : assertion.declaredAt;
  const where = place === null ? "" : ` (${place})`;
  return plain(`${state}: ${titleOf(item)}: ${detail}${after}${where}`);
}

// A bar would begin the performance data.
function plain(text: string): string {
  return singleLine(text).replaceAll("|", "¦");
}

// Response times first. A check without one keeps its place with `U`, the value that is not known.
function performanceData({ items }: Report): string {
  const labels = new Set<string>();
  const labelled = items.map((item) => ({
    label: uniqueLabel(labelText(titleOf(item), LABEL_LIMIT_CHARACTERS), labels),
    item,
  }));
  const times = labelled.map(({ label, item: { durationMs } }) => {
    const value = durationMs === null ? "U" : `${decimalSeconds(durationMs)}s`;
    return `${quoted(label)}=${value};;;0`;
  });
  const metrics = labelled
    .flatMap(({ label, item }) => metricsOf(item).map((metric) => ({ label, ...metric })))
    .slice(0, MOST_METRICS)
    .map(({ label, name, value }) => {
      const check = cut(label, LABEL_LIMIT_CHARACTERS - METRIC_LIMIT_CHARACTERS - 1);
      return `${quoted(uniqueLabel(`${check} ${name}`, labels))}=${value}`;
    });
  return [...times, ...metrics].join(" ");
}

// Their names end in their units, and they may be negative, so that they have neither a unit nor a least value here.
function metricsOf({
  assertion,
}: ReportItem): readonly { readonly name: string; readonly value: string }[] {
  return Object.entries(assertion?.metrics ?? {})
    .map(([name, value]) => ({ name: labelText(name, METRIC_LIMIT_CHARACTERS), value }))
    .filter(({ name, value }) => name !== "" && Math.abs(value) < LEAST_WITH_EXPONENT)
    .map(({ name, value }) => ({ name, value: decimal(value) }));
}

function decimal(value: number): string {
  const text = value.toFixed(METRIC_DECIMALS).replace(/\.?0+$/u, "");
  return text === "-0" ? "0" : text;
}

function labelText(text: string, limitCharacters: number): string {
  return cut(plain(text).replaceAll("=", "_"), limitCharacters);
}

function quoted(label: string): string {
  return `'${label.replaceAll("'", "''")}'`;
}
