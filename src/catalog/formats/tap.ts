import type { ReportFormat, ReportItem } from "../../model/report.ts";
import { singleLine } from "../../model/text.ts";

/**
 * The Test Anything Protocol, version 14.
 *
 * @see https://testanything.org/tap-version-14-specification.html
 */
export const tap: ReportFormat = {
  summary: "the Test Anything Protocol, version 14",
  render: ({ items }) =>
    ["TAP version 14", `1..${String(items.length)}`, ...items.map(testPoint), ""].join("\n"),
};

function testPoint(item: ReportItem, index: number): string {
  const point = `ok ${String(index + 1)} - ${escapeText(item.name)}`;
  switch (item.verdict) {
    case "pass":
      return point;
    case "skipped":
      return `${point} # SKIP ${escapeText(item.detail)}`;
    case "fail":
    case "error":
      return `not ${point}\n${diagnostics(item)}`;
  }
}

// What JSON can write in one line is YAML as well.
function diagnostics(item: ReportItem): string {
  const data = Object.entries({
    kind: singleLine(item.kind),
    target: singleLine(item.target),
    status_code: item.statusCode,
    duration_ms: item.durationMs,
    attempts: item.attempts,
  }).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`);
  return [
    "  ---",
    `  message: ${JSON.stringify(singleLine(item.detail))}`,
    `  severity: ${item.verdict}`,
    "  data:",
    ...data,
    "  ...",
  ].join("\n");
}

// Keeps text from being taken for a directive.
//
// Some readers also take a brace at the end of the line for the opening of a subtest, and no escape keeps them from it,
// so that one brace becomes its full-width twin.
function escapeText(text: string): string {
  return singleLine(text).replaceAll("\\", "\\\\").replaceAll("#", "\\#").replace(/\{$/u, "\uFF5B");
}
