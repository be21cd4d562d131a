import fc from "fast-check";
import { expect, it } from "vitest";
import { displayWidth } from "../../model/text.ts";
import { columnsText } from "./columns-text.ts";

it("columnsText() makes columns as wide as what they hold, and lets a last cell go on", () => {
  const rows = [
    [{ text: "a" }, { text: "b" }, { text: "c" }],
    [{ text: "longer" }, { text: "goes on to the end of the line" }],
  ];
  expect(columnsText(["ONE", "TWO", "THREE"], rows, { hasColor: false, columns: null })).toEqual([
    "ONE     TWO  THREE",
    "a       b    c",
    "longer  goes on to the end of the line",
  ]);
});

it("columnsText() fits the terminal, cutting the widest", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "Z", "9", "字"), maxLength: 60 });
  const row = fc.array(text, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 5 }),
      fc.integer({ min: 20, max: 90 }),
      (all, columns) => {
        const rows = all.map((cells) => cells.map((each) => ({ text: each })));
        const lines = columnsText(["A", "B", "C"], rows, { hasColor: false, columns });
        expect(lines).toHaveLength(all.length + 1);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      },
    ),
  );
});

it("columnsText() paints what fits, not what pads", () => {
  const rows = [[{ text: "ok", color: "green" } as const, { text: "x" }]];
  const [, line] = columnsText(["STATE", "B"], rows, { hasColor: true, columns: 40 });
  expect(line).toBe("\u001b[32mok\u001b[0m     x");
});
