import type { Report, ReportFormat, ReportItem } from "../../model/report.ts";
import { decimalSeconds, printable } from "../../model/text.ts";

/** JUnit XML, as Jenkins, GitLab and the reporters of GitHub read it: one suite, one test case per check. */
export const junit: ReportFormat = {
  summary: "JUnit XML, for Jenkins, GitLab and GitHub",
  render: (report) => {
    const counts = attributes({
      tests: String(report.summary.total),
      failures: String(report.summary.failed),
      errors: String(report.summary.errors),
      skipped: String(report.summary.skipped),
      time: decimalSeconds(report.summary.durationMs),
      timestamp: new Date(report.startedAt).toISOString(),
    });
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites${attributes({ name: report.title })}${counts}>`,
      `  <testsuite${attributes({ name: report.project })}${counts}>`,
      ...report.items.map((item) => testCase(item, report)),
      "  </testsuite>",
      "</testsuites>",
      "",
    ].join("\n");
  },
};

function testCase(item: ReportItem, { project }: Report): string {
  const head = `    <testcase${attributes({
    name: item.name,
    // Readers show what stands before the last dot as the package, and the rest as the class.
    classname: `${project}.${item.kind}`,
    // A time is required, so no answer counts as no time.
    time: decimalSeconds(item.durationMs ?? 0),
  })}`;
  const outcome = outcomeOf(item);
  return outcome === null ? `${head}/>` : `${head}>\n      ${outcome}\n    </testcase>`;
}

function outcomeOf(item: ReportItem): string | null {
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

function details(tag: "failure" | "error", item: ReportItem): string {
  // Some readers show the message, some the text within: both say all.
  const lines = [item.detail, `target: ${item.target}`];
  if (item.attempts > 1) lines.push(`attempts: ${String(item.attempts)}`);
  const head = attributes({ message: item.detail, type: item.kind });
  return `<${tag}${head}>${escapeXml(lines.join("\n"))}</${tag}>`;
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
