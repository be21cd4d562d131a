import { painter, type Color } from "../../model/color.ts";
import { displayWidth, truncate } from "../../model/text.ts";
import type { ShownOptions } from "./shown.ts";

/** One cell of a table: one line, made safe. The last cell of a row reaches to its end. */
export interface Cell {
  readonly text: string;
  readonly color?: Color;
}

const GAP = "  ";
/** No column is cut below this. */
const LEAST_COLUMNS = 4;

/**
 * Draws a table whose columns are as wide as what they hold; where the terminal is too narrow, the widest are cut.
 *
 * @param heading - What each column holds.
 * @param rows - Cells, at most one for each column.
 * @param options - Colour and width.
 * @returns Lines, without newlines.
 */
export function columnsText(
  heading: readonly string[],
  rows: readonly (readonly Cell[])[],
  { hasColor, columns }: ShownOptions,
): readonly string[] {
  const paint = painter(hasColor);
  const natural = heading.map((title, index) =>
    Math.max(displayWidth(title), ...rows.map((row) => ownWidth(row, index, heading.length))),
  );
  const gaps = GAP.length * (heading.length - 1);
  const widths = columns === null ? natural : narrowed(natural, columns - gaps);
  const head = heading.map((text): Cell => ({ text, color: "dim" }));
  return [head, ...rows].map((row) => {
    const last = row.length - 1;
    return row
      .map(({ text, color = "plain" }, index) => {
        const room = index === last ? roomFrom(index, widths, columns) : (widths[index] ?? 0);
        const shown = truncate(text, Math.max(1, room));
        const padding = index === last ? 0 : Math.max(0, room - displayWidth(shown));
        return paint(color, shown) + " ".repeat(padding);
      })
      .join(GAP)
      .trimEnd();
  });
}

// The last cell of a short row has the columns behind it too, and makes its own no wider.
function ownWidth(row: readonly Cell[], index: number, columnCount: number): number {
  const isOpen = index === row.length - 1 && index < columnCount - 1;
  return isOpen ? 0 : displayWidth(row[index]?.text ?? "");
}

function roomFrom(index: number, widths: readonly number[], columns: number | null): number {
  const before = widths.slice(0, index);
  const used = before.reduce((sum, width) => sum + width + GAP.length, 0);
  return (columns ?? Infinity) - used;
}

function narrowed(natural: readonly number[], room: number): readonly number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= LEAST_COLUMNS) break;
    widths[widths.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return widths;
}
