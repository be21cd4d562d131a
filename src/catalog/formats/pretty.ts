import { renderAssertions } from "../../model/assertion-table.ts";
import { painter, type Paint } from "../../model/color.ts";
import {
  GAP,
  INDENT,
  LEAST_WIDTH,
  MARK_WIDTH,
  MOST_PADDING,
  renderCells,
  shownTime,
  STYLES,
  widest,
  type Cell,
} from "../../model/report-rows.ts";
import type {
  RenderOptions,
  Report,
  ReportFormat,
  ReportItem,
  ReportSummary,
} from "../../model/report.ts";
import { displayWidth, singleLine, truncate, wrap } from "../../model/text.ts";
import type { Verdict } from "../../model/verdict.ts";

/** One check, as text. */
interface Row {
  readonly verdict: Verdict;
  readonly name: string;
  readonly detail: string;
  readonly time: string;
  readonly target: string;
}

/** Widths, in columns of a terminal; 0 for one that is not shown. */
type Widths = Readonly<Record<"name" | "detail" | "time" | "target", number>>;

/** What needs a person comes first. */
const ORDER: readonly Verdict[] = ["fail", "error", "skipped", "pass"];

/** Room for `Expected 200, got 500` and the like. A longer reason gets lines of its own. */
const LEAST_DETAIL_WIDTH = 28;

/** A target cut to less than this says nothing: then it is left out. */
const LEAST_TARGET_WIDTH = 16;

/** As {@link MOST_PADDING}, for the detail, behind which more columns stand. */
const MOST_DETAIL_PADDING = 40;

/** The title of a report on a list of services. */
const LIST_TITLE = "clockwork check";

/** A table and a summary, for people. */
export const pretty: ReportFormat = {
  summary: "a table and a summary, for people",
  render: (report, options) => {
    if (report.items.length === 0) return `Nothing to check: ${emptyReason(report)}.\n`;
    const isAboutAssertions = report.items.some(({ assertion }) => assertion !== undefined);
    const render = isAboutAssertions ? renderAssertions : renderServices;
    return `${render(report, options)}\n`;
  },
};

// Assertions are declared, never listed: there are none left when nothing fits what was asked for.
function emptyReason({ title }: Report): string {
  return title === LIST_TITLE ? "the list is empty" : "no assertion was selected";
}

function renderServices({ items, summary }: Report, { color, width }: RenderOptions): string {
  const paint = painter(color);
  const rows = ORDER.flatMap((verdict) =>
    items.filter((item) => item.verdict === verdict).map(rowOf),
  );
  const space = width === null ? null : Math.max(width, LEAST_WIDTH);
  const widths = space === null ? paddings(rows) : layout(rows, space);
  const lines = rows.flatMap((row) => renderRow(row, { widths, space, paint }));
  return [...lines, "", summaryLine(summary, paint)].join("\n");
}

function rowOf(item: ReportItem): Row {
  const attempts = item.attempts > 1 ? `after ${String(item.attempts)} attempts` : "";
  return {
    verdict: item.verdict,
    name: singleLine(item.name),
    detail: [singleLine(item.detail), attempts].filter((part) => part !== "").join(", "),
    time: item.durationMs === null ? "" : shownTime(item.durationMs),
    target: singleLine(item.target),
  };
}

// The widest text of a column, apart from those beyond a limit.
function widestOf(rows: readonly Row[], column: keyof Widths, limit = Infinity): number {
  return widest(
    rows.map((row) => row[column]),
    limit,
  );
}

function paddings(rows: readonly Row[]): Widths {
  return {
    name: Math.min(widestOf(rows, "name"), MOST_PADDING),
    detail: detailWidth(rows, MOST_DETAIL_PADDING),
    time: widestOf(rows, "time"),
    target: widestOf(rows, "target"),
  };
}

// Divides the line: the name gets a third at most, and the target what the detail leaves.
function layout(rows: readonly Row[], space: number): Widths {
  const name = Math.min(widestOf(rows, "name"), Math.floor((space - MARK_WIDTH) / 3));
  const time = widestOf(rows, "time");
  const target = widestOf(rows, "target");
  const left = space - MARK_WIDTH - name - GAP.length - (time === 0 ? 0 : time + GAP.length);
  const half = Math.floor(left / 2);
  const withTarget = Math.max(LEAST_DETAIL_WIDTH, half, left - GAP.length - target);
  const detail = detailWidth(rows, withTarget);
  const rest = left - detail - GAP.length;
  if (rest < Math.min(target, LEAST_TARGET_WIDTH))
    return { name, detail: detailWidth(rows, left), time, target: 0 };
  return { name, detail, time, target: Math.min(target, rest) };
}

// What passed is cut at the limit, so it may fill the column; a longer reason does not stand in it.
function detailWidth(rows: readonly Row[], limit: number): number {
  const passed = rows.filter((row) => row.verdict === "pass");
  return Math.max(widestOf(rows, "detail", limit), Math.min(limit, widestOf(passed, "detail")));
}

interface Look {
  readonly widths: Widths;
  /** Columns in all; null when nothing is cut. */
  readonly space: number | null;
  readonly paint: Paint;
}

// What passed is cut to its columns; of anything else, name and reason are told in full, on more lines if need be.
function renderRow(row: Row, { widths, space, paint }: Look): readonly string[] {
  const isPass = row.verdict === "pass";
  const { mark, color, nameColor } = STYLES[row.verdict];
  const fit = (text: string, columns: number): string =>
    space === null ? text : truncate(text, columns);
  const [name = "", ...moreName] =
    space === null || isPass ? [fit(row.name, widths.name)] : wrap(row.name, widths.name);
  const isBelow = !isPass && displayWidth(row.detail) > widths.detail;
  const reason = isBelow ? below(row.detail, space) : [];
  const cells: readonly Cell[] = [
    { text: name, width: widths.name, color: nameColor },
    {
      text: isBelow ? "" : fit(row.detail, widths.detail),
      width: widths.detail,
      color: isPass ? "plain" : color,
    },
    { text: row.time.padStart(widths.time), width: widths.time, color: "plain" },
    { text: fit(row.target, widths.target), width: widths.target, color: "dim" },
  ];
  const shown = renderCells(
    cells.filter((cell) => cell.width > 0),
    paint,
  );
  return [
    paint(color, mark) + (shown === "" ? "" : ` ${shown}`),
    ...moreName.map((line) => " ".repeat(MARK_WIDTH) + paint(nameColor, line)),
    ...reason.map((line) => INDENT + paint(color, line)),
  ];
}

function below(text: string, space: number | null): readonly string[] {
  return space === null ? [text] : wrap(text, space - INDENT.length);
}

function summaryLine(summary: ReportSummary, paint: Paint): string {
  const verdict = worst(summary);
  const counts = (
    [
      [summary.failed, "failed"],
      [summary.errors, "could not be checked"],
      [verdict === "pass" ? summary.passed : 0, "passed"],
      [summary.skipped, "skipped"],
    ] as const
  ).filter(([count]) => count > 0);
  const isAll = verdict === "pass" && summary.passed === summary.total && summary.total > 1;
  const words = isAll
    ? [`All ${String(summary.total)} passed`]
    : counts.map(([count, what], index) =>
        index === 0
          ? `${String(count)} of ${String(summary.total)} ${what}`
          : `${String(count)} ${what}`,
      );
  const { mark, color } = STYLES[verdict];
  const time = `in ${(summary.durationMs / 1000).toFixed(2)} s`;
  return `${paint(color, `${mark} ${words.join(", ")}`)}${GAP}${paint("dim", time)}`;
}

function worst({ failed, errors, passed }: ReportSummary): Verdict {
  if (failed > 0) return "fail";
  if (errors > 0) return "error";
  return passed > 0 ? "pass" : "skipped";
}
