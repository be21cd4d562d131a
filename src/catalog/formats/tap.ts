import { detailLines } from "../../model/detail-lines.ts";
import { isWarning, titleOf, type ReportFormat, type ReportItem } from "../../model/report.ts";
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
  const point = `ok ${String(index + 1)} - ${escapeText(titleOf(item))}`;
  switch (item.verdict) {
    case "pass":
      return point;
    case "skipped":
      return `${point} # SKIP ${escapeText(item.detail)}`;
    case "fail":
    case "error":
      return `not ${point}${todo(item)}\n${diagnostics(item)}`;
  }
}

// A point "to do" may fail without the whole being a failure: that is what a warning is.
function todo(item: ReportItem): string {
  return isWarning(item) ? ` # TODO warning: ${escapeText(item.detail)}` : "";
}

function diagnostics(item: ReportItem): string {
  const data = {
    kind: singleLine(item.kind),
    target: singleLine(item.target),
    status_code: item.statusCode,
    duration_ms: item.durationMs,
    attempts: item.attempts,
  };
  return [
    "  ---",
    ...yaml({ message: singleLine(item.detail) }, "  "),
    `  severity: ${isWarning(item) ? "warn" : item.verdict}`,
    ...yaml(assertionData(item), "  "),
    "  data:",
    ...yaml(data, "    "),
    "  ...",
  ].join("\n");
}

function assertionData({ assertion }: ReportItem): Readonly<Record<string, string>> {
  if (assertion === undefined) return {};
  const { expected, actual, claim, declaredAt, description, details } = assertion;
  const told = Object.entries({ expected, actual, claim, at: declaredAt, why: description });
  const lines = detailLines(details).join("\n");
  return {
    ...Object.fromEntries(
      told.flatMap(([key, text]) => (text === null ? [] : [[key, singleLine(text)]])),
    ),
    ...(lines === "" ? {} : { details: lines }),
  };
}

// What JSON can write in one line is YAML as well.
function yaml(
  data: Readonly<Record<string, string | number | null>>,
  indent: string,
): readonly string[] {
  return Object.entries(data).map(([key, value]) => `${indent}${key}: ${JSON.stringify(value)}`);
}

// Keeps text from being taken for a directive.
//
// Some readers also take a brace at the end of the line for the opening of a subtest, and no escape keeps them from it,
// so that one brace becomes its full-width twin.
function escapeText(text: string): string {
  return singleLine(text).replaceAll("\\", "\\\\").replaceAll("#", "\\#").replace(/\{$/u, "\uFF5B");
}
