import { pendingChange, type WatchedService, type Watchlist } from "../../app/watch-services.ts";
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

const RECENT_COLUMNS = 20;
const STATE_COLUMNS = 11;
const TIME_COLUMNS = 9;
const NAME_COLUMNS_LIMIT = 30;
/** Title, two empty lines, the heading, the footer, and the line the cursor stands on. */
const LINES_AROUND = 6;
/** The worst first, when there is no room for all. */
const URGENCY: readonly Health[] = ["unhealthy", "degraded", "unknown", "healthy"];

/**
 * Draws what is known of the services that are watched, as a table that fits the terminal.
 *
 * @param watchlist - The services.
 * @param options - Size and colour.
 * @returns Lines without a trailing newline.
 */
export function renderTable(watchlist: Watchlist, options: TableOptions): string {
  const paint = painter(options.hasColor);
  const { services } = watchlist;
  const room = Math.max(2, options.rows - LINES_AROUND);
  const shown = services.length <= room ? services : mostUrgent(services, room - 1);
  const hidden = services.length - shown.length;
  const names = shown.map(({ name }) => displayWidth(singleLine(name)));
  const nameColumns = Math.min(NAME_COLUMNS_LIMIT, Math.max(...names));
  const draw = (cells: Cells): string => row(cells, nameColumns, options.columns, paint);
  return [
    title(watchlist, options, paint),
    "",
    draw(HEADING),
    ...shown.map((service) => draw(cellsOf(service, paint))),
    ...(hidden > 0 ? [paint("dim", `… and ${String(hidden)} more`)] : []),
    "",
    paint("dim", "Ctrl-C stops."),
  ].join("\n");
}

/** A row, cell by cell; `recent` comes painted, as its signs have a colour each. */
interface Cells {
  readonly state: string;
  readonly color: Color;
  readonly name: string;
  readonly time: string;
  readonly recent: string;
  readonly recentColumns: number;
  readonly reason: string;
}

const HEADING: Cells = {
  state: "  STATE",
  color: "dim",
  name: "SERVICE",
  time: "TIME",
  recent: "LAST 20",
  recentColumns: 7,
  reason: "REASON",
};

function cellsOf(
  { name, state, recent, responseTimeMs, detail }: WatchedService,
  paint: Paint,
): Cells {
  const isWell = state.health === "healthy" && state.failures === 0 && state.errors === 0;
  const reason = [pendingChange(state), isWell ? null : detail].filter((part) => part !== null);
  return {
    state: `${MARKS[state.health]} ${state.health}`,
    color: HEALTH_COLORS[state.health],
    name: singleLine(name),
    time: responseTimeMs === null ? "-" : `${String(Math.round(responseTimeMs))} ms`,
    recent: recent.map((each) => paint(VERDICT_COLORS[each], RECENT_MARKS[each])).join(""),
    recentColumns: recent.length,
    reason: singleLine(reason.join(": ")),
  };
}

function row(cells: Cells, nameColumns: number, columns: number, paint: Paint): string {
  const start = [
    paint(cells.color, padded(cells.state, STATE_COLUMNS)),
    padded(truncate(cells.name, nameColumns), nameColumns),
    cells.time.padStart(TIME_COLUMNS),
    cells.recent + " ".repeat(RECENT_COLUMNS - cells.recentColumns),
  ].join("  ");
  const used = STATE_COLUMNS + nameColumns + TIME_COLUMNS + RECENT_COLUMNS + 8;
  const left = columns - used;
  return left < 8 ? start : `${start}  ${truncate(cells.reason, left)}`.trimEnd();
}

function title(watchlist: Watchlist, { elapsedMs }: TableOptions, paint: Paint): string {
  const counts = watchlist.countByHealth();
  const told = URGENCY.filter((health) => counts[health] > 0).map((health) =>
    paint(HEALTH_COLORS[health], `${String(counts[health])} ${health}`),
  );
  const head = paint("bold", singleLine(watchlist.project));
  return `${head}  ${told.join(", ")}  ${paint("dim", `watched for ${elapsed(elapsedMs)}`)}`;
}

function mostUrgent(services: readonly WatchedService[], count: number): readonly WatchedService[] {
  return services
    .toSorted((a, b) => URGENCY.indexOf(a.state.health) - URGENCY.indexOf(b.state.health))
    .slice(0, count);
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
