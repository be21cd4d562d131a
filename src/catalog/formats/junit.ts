import { detailLines } from "../../model/detail-lines.ts";
import {
  isWarning,
  summarize,
  type AssertionDetails,
  type Report,
  type ReportFormat,
  type ReportItem,
  type ReportSummary,
} from "../../model/report.ts";
import { decimalSeconds, printable, singleLine } from "../../model/text.ts";
import { uniqueLabel } from "../../model/unique-label.ts";

/**
 * JUnit XML, as Jenkins, GitLab and the reporters of GitHub read it: one test case per check, in one suite for a list of
 * services, and in one suite per resource for assertions.
 *
 * JUnit knows no warnings. A test case that fails would fail the build, which a warning must not, and one that is skipped was
 * not looked at: so an assertion that only warns passes, and tells why it warns in its `system-out`, which all of them show.
 */
export const junit: ReportFormat = {
  summary: "JUnit XML, for Jenkins, GitLab and GitHub",
  render: (report) =>
    [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites${attributes({ name: report.title })}${counts(report.summary, report)}>`,
      ...suitesOf(report).flatMap((suite) => renderSuite(suite, report)),
      "</testsuites>",
      "",
    ].join("\n"),
};

interface Suite {
  readonly name: string;
  readonly items: readonly ReportItem[];
  readonly summary: ReportSummary;
}

function suitesOf({ project, items, summary }: Report): readonly Suite[] {
  if (items.every(({ assertion }) => assertion === undefined))
    return [{ name: project, items, summary }];
  return [...Map.groupBy(items, ({ name }) => name)].map(([name, each]) => ({
    name,
    items: each,
    // Checks of a resource run side by side; readers take the time of a suite for the sum of its cases.
    summary: summarize(
      each,
      each.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0),
    ),
  }));
}

function renderSuite({ name, items, summary }: Suite, report: Report): readonly string[] {
  const names = new Set<string>();
  return [
    `  <testsuite${attributes({ name })}${counts(summary, report)}>`,
    ...items.map((item) => testCase(item, report, names)),
    "  </testsuite>",
  ];
}

function counts(
  { total, failed, errors, skipped, durationMs }: ReportSummary,
  { startedAt }: Report,
): string {
  return attributes({
    tests: String(total),
    failures: String(failed),
    errors: String(errors),
    skipped: String(skipped),
    time: decimalSeconds(durationMs),
    timestamp: new Date(startedAt).toISOString(),
  });
}

function testCase(item: ReportItem, { project }: Report, names: Set<string>): string {
  const { name, kind, target, durationMs, assertion } = item;
  const head = `    <testcase${attributes({
    // Of cases that share their names some readers show one, so that two claims about one target need two names.
    // What may not stand in XML is replaced first: two names that differ in nothing else would be one.
    name:
      assertion === undefined
        ? name
        : uniqueLabel(singleLine(`${assertion.name} ${target}`), names),
    // Readers show what stands before the last dot as the package, and the rest as the class.
    classname: `${project}.${assertion === undefined ? kind : name}`,
    // A time is required, so no answer counts as no time.
    time: decimalSeconds(durationMs ?? 0),
  })}`;
  const outcome = outcomeElement(item);
  return outcome === null ? `${head}/>` : `${head}>\n      ${outcome}\n    </testcase>`;
}

function outcomeElement(item: ReportItem): string | null {
  if (isWarning(item)) {
    const lines = [`warning: ${item.detail}`, ...factsOf(item)];
    return `<system-out>${escapeXml(lines.join("\n"))}</system-out>`;
  }
  switch (item.verdict) {
    case "pass":
      return null;
    case "skipped":
      return `<skipped${attributes({ message: item.detail })}/>`;
    case "fail":
      return details("failure", item);
    case "error":
      return details("error", item);
  }
}

// Some readers show the message, some the text within: both say all.
function details(tag: "failure" | "error", item: ReportItem): string {
  const { assertion, detail, kind } = item;
  const head = attributes({ message: messageOf(item), type: assertion?.name ?? kind });
  return `<${tag}${head}>${escapeXml([detail, ...factsOf(item)].join("\n"))}</${tag}>`;
}

function messageOf({ detail, assertion }: ReportItem): string {
  if (assertion === undefined) return detail;
  const { claim, declaredAt } = assertion;
  return `${detail} (claim: ${claim}${declaredAt === null ? "" : `; at ${declaredAt}`})`;
}

function factsOf({ target, attempts, assertion }: ReportItem): readonly string[] {
  return [
    `target: ${target}`,
    ...(attempts > 1 ? [`attempts: ${String(attempts)}`] : []),
    ...(assertion === undefined ? [] : assertionFacts(assertion)),
  ];
}

function assertionFacts(assertion: AssertionDetails): readonly string[] {
  const { expected, actual, claim, declaredAt, description } = assertion;
  return [
    ...(expected === null ? [] : [`expected: ${expected}`]),
    `actual: ${actual}`,
    `claim: ${claim}`,
    ...(description === null ? [] : [`why: ${description}`]),
    ...(declaredAt === null ? [] : [`at ${declaredAt}`]),
    ...detailLines(assertion.details),
  ];
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`)
    .join("");
}

// A parser turns raw line breaks and tabs of an attribute into spaces; references survive.
function escapeAttribute(text: string): string {
  return escapeXml(text).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}

function escapeXml(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
