import type { WatchedRow, Watchlist } from "../../app/watching/watchlist.ts";
import { painter, type Color, type Paint } from "../../model/color.ts";
import { displayWidth, singleLine, truncate } from "../../model/text.ts";
import type { Health, Verdict } from "../../model/verdict.ts";

/** How a table is drawn. */
export interface TableOptions {
  readonly columns: number;
  readonly rows: number;
  readonly hasColor: boolean;
  /** How long the watch has gone on, in milliseconds. */
  readonly elapsedMs: number;
  /** What happened lately, one line each; they stand below. */
  readonly texts?: readonly string[];
}

/** The signs differ without colour too. */
const MARKS: Readonly<Record<Health, string>> = {
  unknown: "?",
  healthy: "✓",
  degraded: "~",
  unhealthy: "✗",
};
const RECENT_MARKS: Readonly<Record<Verdict, string>> = {
  pass: "▪",
  fail: "✗",
  error: "!",
  skipped: "-",
};

const HEALTH_COLORS: Readonly<Record<Health, Color>> = {
  unknown: "dim",
  healthy: "green",
  degraded: "yellow",
  unhealthy: "red",
};
const VERDICT_COLORS: Readonly<Record<Verdict, Color>> = {
  pass: "green",
  fail: "red",
  error: "yellow",
  skipped: "dim",
};

const STATE_COLUMNS = 11;
const TIME_COLUMNS = 9;
const GAP = "  ";
/** Fewer results than this say nothing: then they are left out. */
const RECENT_COLUMNS = { least: 5, most: 20 } as const;
const NAME_COLUMNS = { least: 6, most: 30 } as const;
/** Room for `Expected 200, got 500`; a longer reason may get a line of its own. */
const LEAST_REASON_COLUMNS = 24;
const REASON_INDENT = "    ";
/** Title, two empty lines, the heading, the footer, and the line the cursor stands on. */
const LINES_AROUND = 6;
/** The worst first, when there is no room for all. */
const URGENCY: readonly Health[] = ["unhealthy", "degraded", "unknown", "healthy"];

/**
 * Draws what is known of what is watched, as a table that fits the terminal.
 *
 * @param watchlist - What is watched.
 * @param options - Size and colour.
 * @returns Lines without a trailing newline.
 */
export function renderTable(watchlist: Watchlist, options: TableOptions): string {
  const paint = painter(options.hasColor);
  const { texts = [] } = options;
  const services = watchlist.rows.map((row) => ({ cells: cellsOf(row), health: row.health }));
  const columns = layout(
    services.map(({ cells }) => cells.name),
    options.columns,
  );
  const drawn = services.map(({ cells, health }) => ({
    lines: row(cells, columns, paint),
    health,
  }));
  const linesBelow = texts.length === 0 ? 0 : texts.length + 1;
  const room = Math.max(2, options.rows - LINES_AROUND - linesBelow);
  const shown =
    drawn.flatMap(({ lines }) => lines).length <= room ? drawn : fitting(drawn, room - 1);
  const hidden = drawn.length - shown.length;
  return [
    title(watchlist, options, paint),
    "",
    ...row(HEADING, columns, paint),
    ...shown.flatMap(({ lines }) => lines),
    ...(hidden > 0 ? [paint("dim", `… and ${String(hidden)} more`)] : []),
    ...(texts.length > 0 ? [""] : []),
    ...texts.map((text) => truncate(text, options.columns)),
    "",
    paint("dim", "Ctrl-C stops."),
  ].join("\n");
}

/** How wide the columns are that depend on the terminal; 0 for one that is not shown. */
interface Columns {
  readonly name: number;
  readonly recent: number;
  /** What is left for a reason beside the rest. */
  readonly reason: number;
  readonly total: number;
}

// The last results give way to the reason, and then the names do.
function layout(names: readonly string[], total: number): Columns {
  const widest = Math.max(...names.map(displayWidth), NAME_COLUMNS.least);
  const fixed = STATE_COLUMNS + TIME_COLUMNS + 2 * GAP.length;
  const name = Math.max(NAME_COLUMNS.least, Math.min(NAME_COLUMNS.most, widest, total - fixed));
  const left = total - fixed - name - GAP.length;
  const most = Math.min(RECENT_COLUMNS.most, left - LEAST_REASON_COLUMNS - GAP.length);
  const recent = most < RECENT_COLUMNS.least ? 0 : most;
  return { name, recent, reason: left - (recent === 0 ? 0 : recent + GAP.length), total };
}

/** A row, cell by cell. */
interface Cells {
  readonly state: string;
  readonly color: Color;
  readonly name: string;
  readonly time: string;
  /** One sign for each result, oldest first, with its colour. */
  readonly recent: readonly (readonly [sign: string, color: Color])[];
  readonly reason: string;
}

const HEADING: Cells = {
  state: "  STATE",
  color: "dim",
  name: "RESOURCE",
  time: "TIME",
  recent: Array.from("LAST 20", (letter) => [letter, "dim"] as const),
  reason: "REASON",
};

function cellsOf({ name, health, pending, recent, durationMs, detail }: WatchedRow): Cells {
  const reason = [pending, detail].filter((part) => part !== null);
  return {
    state: `${MARKS[health]} ${health}`,
    color: HEALTH_COLORS[health],
    name: singleLine(name),
    time: durationMs === null ? "-" : `${String(Math.round(durationMs))} ms`,
    recent: recent.map((each) => [RECENT_MARKS[each], VERDICT_COLORS[each]] as const),
    reason: singleLine(reason.join(": ")),
  };
}

function row(cells: Cells, columns: Columns, paint: Paint): readonly string[] {
  const heading = cells === HEADING;
  const recent = heading
    ? cells.recent.slice(0, columns.recent)
    : cells.recent.slice(-columns.recent);
  const signs = recent.map(([sign, color]) => paint(color, sign)).join("");
  const isBeside = displayWidth(cells.reason) <= columns.reason;
  const start = [
    paint(cells.color, padded(cells.state, STATE_COLUMNS)),
    padded(truncate(cells.name, columns.name), columns.name),
    cells.time.padStart(TIME_COLUMNS),
    ...(columns.recent === 0 ? [] : [signs + " ".repeat(columns.recent - recent.length)]),
    ...(isBeside ? [cells.reason] : []),
  ].join(GAP);
  if (isBeside || heading) return [start.trimEnd()];
  const reason = truncate(cells.reason, columns.total - REASON_INDENT.length);
  return [start.trimEnd(), REASON_INDENT + reason];
}

function title(watchlist: Watchlist, { columns, elapsedMs }: TableOptions, paint: Paint): string {
  const counts = watchlist.countByHealth();
  const told = URGENCY.filter((health) => counts[health] > 0).map((health) =>
    paint(HEALTH_COLORS[health], `${String(counts[health])} ${health}`),
  );
  const project = truncate(singleLine(watchlist.title), Math.max(8, Math.floor(columns / 3)));
  return `${paint("bold", project)}  ${told.join(", ")}  ${paint("dim", elapsed(elapsedMs))}`;
}

interface Drawn {
  readonly lines: readonly string[];
  readonly health: Health;
}

// As many as there is room for, the most urgent first.
function fitting(rows: readonly Drawn[], room: number): readonly Drawn[] {
  const urgent = rows.toSorted((a, b) => URGENCY.indexOf(a.health) - URGENCY.indexOf(b.health));
  let used = 0;
  return urgent.filter(({ lines }) => {
    used += lines.length;
    return used <= room;
  });
}

function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - displayWidth(text)));
}

function elapsed(durationMs: number): string {
  const seconds = Math.floor(durationMs / 1_000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours > 0) return `${String(hours)} h ${String(minutes % 60)} min`;
  return minutes > 0 ? `${String(minutes)} min ${String(seconds % 60)} s` : `${String(seconds)} s`;
}
