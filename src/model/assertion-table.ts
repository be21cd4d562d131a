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
  shownTime,
  startBehind,
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

/** Resource and assertion line up within this part of a line; a longer one moves what stands behind it. */
const MOST_NAMES_SHARE = 2 / 3;

/** Less of what was seen than this says nothing: then it is left out. */
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
  /** Of resource, assertion and subject; a text that is wider moves what stands behind it. */
  readonly widths: readonly number[];
  /** Columns in all; `Infinity` when nothing is cut. */
  readonly space: number;
  readonly paint: Paint;
}

/**
 * Writes a report on assertions for people: the summary first, then a line for each assertion in the order given, and below
 * one that did not pass all that helps.
 *
 * Of what passed, only what was seen is cut to the terminal's width: the subject gets a line of its own if need be. Of all
 * else nothing is cut.
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

// What passed decides how much room it takes to say what was seen: any other reason may have lines of its own. A text that
// is too wide for its column has no say in how wide that is, or a single one would move all others.
function layout(rows: readonly Row[], space: number): readonly number[] {
  const [resources = [], assertions = [], subjects = []] = [0, 1, 2].map((index) =>
    column(rows, index),
  );
  const passed = rows.filter(({ outcome }) => outcome === "pass");
  const room = space - MARK_WIDTH - 3 * GAP.length;
  const shares = fairWidths(
    [widest(resources), widest(assertions)],
    Math.floor(room * MOST_NAMES_SHARE),
  );
  const resource = widest(resources, shares[0]);
  const assertion = widest(assertions, shares[1]);
  const rest = room - resource - assertion;
  const [shared = 0] = fairWidths([widest(subjects), widest(passed.map(seenIn))], rest);
  const besideTime = rest - widest(passed.map(({ time }) => time));
  return [resource, assertion, widest(subjects, Math.min(shared, besideTime))];
}

function seenIn({ seen, time }: Pick<Row, "seen" | "time">): string {
  return [seen, time].filter((part) => part !== "").join(" ");
}

function renderRow(row: Row, look: Look): readonly string[] {
  return row.outcome === "pass" ? passedLines(row, look) : brokenLines(row, look);
}

// What was seen gives way first, down to its time; where that does not fit either, the subject gets a line of its own.
function passedLines(row: Row, { widths, space, paint }: Look): readonly string[] {
  const [resource, assertion, subject] = columnsOf(row).map((text, index) => ({
    text,
    width: widths[index] ?? 0,
    color: index === 2 ? ("dim" as const) : ("plain" as const),
  }));
  const names = [resource, assertion].filter((cell) => cell !== undefined);
  const whole = subject === undefined ? names : [...names, subject];
  const room = space - startBehind(whole);
  if (room >= leastSeen(row))
    return flowCells(STYLES.pass, [...whole, seenCell(row, room)], space, paint);
  const beside = space - startBehind(names);
  const columns = space - INDENT.length;
  const seen = seenCell(row, beside >= leastSeen(row) ? beside : columns);
  const below = row.subject === "" ? [] : wrap(row.subject, columns);
  return [
    ...flowCells(STYLES.pass, [...names, seen], space, paint),
    ...below.map((line) => INDENT + paint("dim", line)),
  ];
}

function leastSeen({ seen, time }: Row): number {
  return time === "" ? Math.min(LEAST_SEEN_WIDTH, displayWidth(seen)) : time.length;
}

function seenCell({ seen, time }: Row, columns: number): Cell {
  const room = columns - (time === "" ? 0 : time.length + 1);
  const isShown = room >= Math.min(LEAST_SEEN_WIDTH, displayWidth(seen));
  const text = seenIn({ seen: isShown ? truncate(seen, room) : "", time });
  return { text, width: 0, color: "plain" };
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
