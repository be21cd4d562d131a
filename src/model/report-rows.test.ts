import fc from "fast-check";
import { expect, it } from "vitest";
import { painter } from "./color.ts";
import { fairWidths, flowCells, startBehind, STYLES, type Cell } from "./report-rows.ts";
import { displayWidth } from "./text.ts";

const cell = (text: string, width = 0): Cell => ({ text, width, color: "plain" });
const flow = (cells: readonly Cell[], space: number): readonly string[] =>
  flowCells(STYLES.fail, cells, space, painter(false));

it("flowCells() writes cells side by side, each where its column begins", () => {
  expect(flow([cell("api", 6), cell("up", 4), cell("12 ms")], 40)).toEqual([
    "✗ api     up    12 ms",
  ]);
});

it("startBehind() tells where flowCells() goes on", () => {
  for (const cells of [[], [cell("api", 6)], [cell("a long name", 3), cell("图", 1), cell("", 2)]])
    expect(displayWidth(flow([...cells, cell("x")], Infinity)[0] ?? "")).toBe(
      startBehind(cells) + 1,
    );
});

it("flowCells() goes on in a new line where a cell does not fit, and breaks what fits into none", () => {
  expect(flow([cell("api", 3), cell("not to be reached at all"), cell("late")], 20)).toEqual([
    "✗ api",
    "    not to be",
    "    reached at all",
    "    late",
  ]);
});

it("flowCells() leaves the place of an empty cell free", () => {
  expect(flow([cell("api", 4), cell("", 3), cell("late")], 40)).toEqual(["✗ api        late"]);
});

it("flowCells() cuts nothing, breaks nothing without a limit, and stays within one that there is", () => {
  const words = fc.array(fc.lorem({ mode: "words", maxCount: 8 }), { minLength: 1, maxLength: 5 });
  const widths = fc.array(fc.nat(30), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(words, widths, fc.integer({ min: 40, max: 90 }), (texts, columns, space) => {
      const cells = texts.map((text, index) => cell(text, columns[index]));
      expect(flow(cells, Infinity)).toHaveLength(1);
      const lines = flow(cells, space);
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(space);
      expect(lines.join(" ").split(/\s+/u)).toEqual(["✗", ...texts.join(" ").split(" ")]);
    }),
  );
});

it("fairWidths() gives who wants little what it wants, and shares the rest evenly", () => {
  expect(fairWidths([9, 17, 28, 12], 72)).toEqual([9, 17, 28, 12]);
  expect(fairWidths([9, 100, 200, 12], 72)).toEqual([9, 25, 26, 12]);
  expect(fairWidths([], 10)).toEqual([]);
});

it("fairWidths() never gives more than is wanted or there", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300), { maxLength: 6 }), fc.nat(200), (wanted, total) => {
      const widths = fairWidths(wanted, total);
      expect(widths.reduce((sum, width) => sum + width, 0)).toBeLessThanOrEqual(total);
      for (const [column, width] of widths.entries())
        expect(width).toBeLessThanOrEqual(wanted[column] ?? 0);
    }),
  );
});
