import type { Color, Paint } from "./color.ts";
import type { Outcome } from "./report.ts";
import { displayWidth, wrap } from "./text.ts";

/** How an outcome is shown to people. */
export interface Style {
  readonly mark: string;
  readonly color: Color;
  readonly nameColor: Color;
}

/** The marks differ without colour too; each is one column wide. */
export const STYLES: Readonly<Record<Outcome, Style>> = {
  fail: { mark: "✗", color: "red", nameColor: "bold" },
  error: { mark: "!", color: "yellow", nameColor: "bold" },
  warning: { mark: "⚠", color: "yellow", nameColor: "bold" },
  skipped: { mark: "-", color: "dim", nameColor: "dim" },
  pass: { mark: "✓", color: "green", nameColor: "plain" },
};

/** The mark and the space behind it. */
export const MARK_WIDTH = 2;

/** What stands between two columns. */
export const GAP = "  ";

/** What stands before a line that belongs to the one above. */
export const INDENT = "    ";

/** A table narrower than this cannot be read; better let the terminal break the lines. */
export const LEAST_WIDTH = 40;

/** Where nothing is cut, one very long text must not push all other columns out of sight. */
export const MOST_PADDING = 64;

/** A text and the column that it stands in. */
export interface Cell {
  readonly text: string;
  /** Of the column, in columns of a terminal. */
  readonly width: number;
  readonly color: Color;
}

/**
 * Shows how long something took.
 *
 * @param durationMs - Milliseconds, 0 or more.
 * @returns Such as `<1 ms`, `12 ms`, `1.20 s`.
 */
export function shownTime(durationMs: number): string {
  if (durationMs < 1) return "<1 ms";
  if (durationMs < 999.5) return `${durationMs.toFixed(0)} ms`;
  return `${(durationMs / 1000).toFixed(2)} s`;
}

/**
 * Measures a column.
 *
 * @param texts - What stands in it, each on one line.
 * @param limit - Texts wider than this do not count.
 * @returns The width of the widest text that counts; 0 for none.
 */
export function widest(texts: readonly string[], limit = Infinity): number {
  const fitting = texts.map(displayWidth).filter((width) => width <= limit);
  return fitting.reduce((most, width) => Math.max(most, width), 0);
}

/**
 * Writes cells side by side, and nothing behind the last one that holds text.
 *
 * @param cells - From the left to the right, each within its column.
 * @param paint - Sets them in colour.
 * @returns One line.
 */
export function renderCells(cells: readonly Cell[], paint: Paint): string {
  const last = cells.findLastIndex((cell) => cell.text.trim() !== "");
  return cells
    .slice(0, last + 1)
    .map(({ text, width, color }, index) => {
      const padding = index === last ? "" : " ".repeat(Math.max(0, width - displayWidth(text)));
      return paint(color, text) + padding;
    })
    .join(GAP);
}

/**
 * Tells where a line goes on behind a mark and cells that stand side by side.
 *
 * @param cells - From the left to the right; one that is wider than its column moves what stands behind it.
 * @returns How many columns of a terminal are taken, the gap behind the last cell included.
 */
export function startBehind(cells: readonly Cell[]): number {
  return cells.reduce(
    (start, { text, width }) => start + Math.max(width, displayWidth(text)) + GAP.length,
    MARK_WIDTH,
  );
}

/**
 * Writes cells in full behind a mark: side by side as long as they fit, then on lines of their own.
 *
 * @param style - Its mark begins the first line.
 * @param cells - From the left to the right; a column is no more than where the next one begins.
 * @param space - How wide a line may be, in columns of a terminal; `Infinity` for one line in any case.
 * @param paint - Sets them in colour.
 * @returns At least one line; together they hold all of the text.
 */
export function flowCells(
  { mark, color }: Pick<Style, "mark" | "color">,
  cells: readonly Cell[],
  space: number,
  paint: Paint,
): readonly string[] {
  const lines: string[] = [];
  let line = paint(color, mark);
  let end = 1;
  let start = MARK_WIDTH;
  for (const cell of cells) {
    const isFirst = end < MARK_WIDTH;
    const isTooWide = cell.text !== "" && start + displayWidth(cell.text) > space;
    const parts = isTooWide ? wrap(cell.text, space - INDENT.length) : [cell.text];
    for (const [index, part] of parts.entries()) {
      if (index > 0 || (isTooWide && !isFirst)) {
        lines.push(line);
        [line, end, start] = ["", 0, INDENT.length];
      }
      if (part === "") continue;
      line += " ".repeat(start - end) + paint(cell.color, part);
      end = start + displayWidth(part);
    }
    start = Math.max(end, start + cell.width) + GAP.length;
  }
  return [...lines, line];
}

/**
 * Divides a line among columns: those that want less than an equal share get what they want, and the others share the rest.
 *
 * @param wanted - How wide each column would be if there were room enough.
 * @param total - How wide they may be together.
 * @returns A width for each column, together never more than the total.
 */
export function fairWidths(wanted: readonly number[], total: number): readonly number[] {
  let left = total;
  let sharing = wanted.length;
  const widths = new Map<number, number>();
  const fromLeast = [...wanted.entries()].sort(([, a], [, b]) => a - b);
  for (const [column, width] of fromLeast) {
    const given = Math.min(width, Math.floor(left / sharing));
    widths.set(column, given);
    left -= given;
    sharing -= 1;
  }
  return wanted.map((_, column) => widths.get(column) ?? 0);
}
