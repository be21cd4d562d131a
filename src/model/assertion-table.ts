import { painter, type Paint } from "./color.ts";
import { detailLines } from "./detail-lines.ts";
import { excerpt } from "./excerpt.ts";
import {
  fairWidths,
  flowCells,
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
} from "./report-rows.ts";
import {
  outcomeOf,
  type Outcome,
  type RenderOptions,
  type Report,
  type ReportItem,
} from "./report.ts";
import { summaryLines } from "./assertion-summary.ts";
import { displayWidth, truncate, wrap } from "./text.ts";

/** However much a target sends, this much of it is read by nobody. */
const LIMIT_CHARACTERS = 4_096;

/** What was expected and what was seen stand below one another where they would not fit into a line of this width. */
const MOST_SEEN_WIDTH = 100;

/** A subject cut to less than this says nothing: then it is left out. */
const LEAST_SUBJECT_WIDTH = 16;

/** Less of what was seen than this says nothing. */
const LEAST_SEEN_WIDTH = 4;

/** Behind more lines than this, the summary at the top is out of sight. */
const MOST_LINES_AFTER_SUMMARY = 30;

const LABEL_WIDTH = "expected: ".length;

/** One assertion, as text. */
interface Row {
  readonly outcome: Outcome;
  readonly resource: string;
  readonly assertion: string;
  readonly subject: string;
  /** What was seen, and what should have been where that is something else. */
  readonly seen: string;
  /** Such as `in 12 ms`; empty where nothing was judged. */
  readonly time: string;
  readonly item: ReportItem;
}

interface Look {
  /** Of resource, assertion and subject; 0 for one that is not shown. */
  readonly widths: readonly number[];
  /** Columns in all; `Infinity` when nothing is cut. */
  readonly space: number;
  readonly paint: Paint;
}

/**
 * Writes a report on assertions for people: the summary first, then a line for each assertion in the order given, and below
 * one that did not pass all that helps.
 *
 * What passed is cut to the terminal's width. Of all else nothing is, so that it takes more lines if need be.
 *
 * @param report - At least one item.
 * @param options - Colour and width.
 * @returns Lines, without a trailing newline.
 */
export function renderAssertions(report: Report, { color, width }: RenderOptions): string {
  const paint = painter(color);
  const space = width === null ? Infinity : Math.max(width, LEAST_WIDTH);
  const rows = report.items.map(rowOf);
  const widths = space === Infinity ? paddings(rows) : layout(rows, space);
  const summary = summaryLines(report, space, paint);
  const lines = rows.flatMap((row) => renderRow(row, { widths, space, paint }));
  const isLong = lines.length > MOST_LINES_AFTER_SUMMARY;
  const isWell = rows.every(({ outcome }) => outcome === "pass");
  return [...summary, "", ...lines, ...(isLong && !isWell ? ["", ...summary] : [])].join("\n");
}

function rowOf(item: ReportItem): Row {
  const { assertion, durationMs } = item;
  const isJudged = item.verdict === "pass" || typeof assertion?.expected === "string";
  return {
    outcome: outcomeOf(item),
    resource: shown(item.name),
    assertion: shown(assertion?.name ?? item.kind),
    subject: shown(item.target),
    seen: shown(item.detail),
    time: isJudged && durationMs !== null ? `in ${shownTime(durationMs)}` : "",
    item,
  };
}

function columnsOf({ resource, assertion, subject }: Row): readonly string[] {
  return [resource, assertion, subject];
}

function column(rows: readonly Row[], index: number): readonly string[] {
  return rows.map((row) => columnsOf(row)[index] ?? "");
}

function paddings(rows: readonly Row[]): readonly number[] {
  return [0, 1, 2].map((index) => widest(column(rows, index), MOST_PADDING));
}

// What passed decides how much room it takes to say what was seen: any other reason may have lines of its own.
function layout(rows: readonly Row[], space: number): readonly number[] {
  const wanted = [0, 1, 2].map((index) => widest(column(rows, index)));
  const passed = rows.filter(({ outcome }) => outcome === "pass").map(seenIn);
  const [resource = 0, assertion = 0, subject = 0] = wanted;
  const seen = widest(passed);
  const room = (gaps: number): number => space - MARK_WIDTH - gaps * GAP.length;
  const widths = fairWidths([resource, assertion, subject, seen], room(3)).slice(0, 3);
  if ((widths[2] ?? 0) >= Math.min(subject, LEAST_SUBJECT_WIDTH)) return widths;
  return [...fairWidths([resource, assertion, seen], room(2)).slice(0, 2), 0];
}

function seenIn({ seen, time }: Pick<Row, "seen" | "time">): string {
  return [seen, time].filter((part) => part !== "").join(" ");
}

function renderRow(row: Row, look: Look): readonly string[] {
  return row.outcome === "pass" ? [passedLine(row, look)] : brokenLines(row, look);
}

function passedLine(row: Row, { widths, space, paint }: Look): string {
  const { mark, color } = STYLES.pass;
  const isWhole = space === Infinity;
  const cells: Cell[] = columnsOf(row)
    .map((text, index) => {
      const width = widths[index] ?? 0;
      const cut = isWhole || width === 0 ? text : truncate(text, width);
      return { text: cut, width, color: index === 2 ? ("dim" as const) : ("plain" as const) };
    })
    .filter(({ width }) => isWhole || width > 0);
  const used = cells.reduce((sum, cell) => sum + cell.width + GAP.length, MARK_WIDTH);
  const seen = isWhole ? seenIn(row) : cutSeen(row, space - used);
  const shownCells = renderCells([...cells, { text: seen, width: 0, color: "plain" }], paint);
  return paint(color, mark) + (shownCells === "" ? "" : ` ${shownCells}`);
}

// The time is short and worth its room, so that what was seen gives way to it.
function cutSeen({ seen, time }: Row, columns: number): string {
  const room = columns - (time === "" ? 0 : time.length + 1);
  return room < Math.min(LEAST_SEEN_WIDTH, displayWidth(seen))
    ? truncate(seen, Math.max(1, columns))
    : seenIn({ seen: truncate(seen, Math.max(1, room)), time });
}

function brokenLines(row: Row, { widths, space, paint }: Look): readonly string[] {
  const style = STYLES[row.outcome];
  const isApart = isTwoLines(row, space);
  const cells = columnsOf(row).map((text, index) => ({
    text,
    width: widths[index] ?? 0,
    color: index === 2 ? ("plain" as const) : style.nameColor,
  }));
  const seen = isApart ? row.time : seenIn(row);
  const lines = flowCells(
    style,
    [...cells, { text: seen, width: 0, color: style.color }],
    space,
    paint,
  );
  return row.outcome === "skipped"
    ? lines
    : [...lines, ...belowLines(row, isApart, { space, paint })];
}

function isTwoLines({ seen, item: { verdict, assertion } }: Row, space: number): boolean {
  if (verdict !== "fail" || typeof assertion?.expected !== "string") return false;
  return displayWidth(seen) > Math.min(MOST_SEEN_WIDTH, space - INDENT.length);
}

function belowLines(
  { outcome, item: { assertion } }: Row,
  isApart: boolean,
  { space, paint }: Pick<Look, "space" | "paint">,
): readonly string[] {
  if (assertion === undefined) return [];
  const { expected, actual, claim, declaredAt, description, details } = assertion;
  const columns = space - INDENT.length;
  const { color } = STYLES[outcome];
  const labelled = (label: string, text: string | null): readonly string[] =>
    text === null || text === ""
      ? []
      : hanging(`${label}:`.padEnd(LABEL_WIDTH), shown(text), columns);
  const seen = isApart ? [...labelled("expected", expected), ...labelled("actual", actual)] : [];
  const lines = [
    ...seen.map((line) => paint(color, line)),
    ...labelled("claim", claim),
    ...labelled("why", description),
    ...(declaredAt === null ? [] : wrap(`at ${shown(declaredAt)}`, columns)),
    ...detailLines(details, columns).map((line) => paint("dim", line)),
  ];
  return lines.map((line) => (line === "" ? "" : INDENT + line));
}

function hanging(label: string, text: string, columns: number): readonly string[] {
  return wrap(text, columns - LABEL_WIDTH).map(
    (line, index) => (index === 0 ? label : " ".repeat(LABEL_WIDTH)) + line,
  );
}

function shown(text: string): string {
  return excerpt(text, LIMIT_CHARACTERS);
}
