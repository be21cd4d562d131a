import fc from "fast-check";
import { expect, it } from "vitest";
import { detailLines } from "./detail-lines.ts";
import { displayWidth } from "./text.ts";

it("detailLines() keeps lines and their indentation, and drops blank ends and tabs", () => {
  expect(detailLines("\n\nError: no\n\tat main.ts:3:1\r\n\n  deeper  \n\n")).toEqual([
    "Error: no",
    "    at main.ts:3:1",
    "",
    "  deeper",
  ]);
});

it("detailLines() has nothing to show of nothing", () => {
  expect(detailLines(null)).toEqual([]);
  expect(detailLines(" \n\t\n")).toEqual([]);
});

it("detailLines() counts what it leaves out", () => {
  const numbered = (count: number): string =>
    Array.from({ length: count }, (_, index) => `line ${String(index + 1)}`).join("\n");
  expect(detailLines(numbered(20))).toHaveLength(20);
  expect(detailLines(numbered(21)).slice(19)).toEqual(["line 20", "… and 1 more line"]);
  expect(detailLines(numbered(60)).slice(19)).toEqual(["line 20", "… and 40 more lines"]);
  expect(detailLines(numbered(9_999)).slice(19)).toEqual(["line 20", "… and more"]);
});

it("detailLines() says that a text was cut within its first lines", () => {
  const lines = detailLines("x".repeat(5_000));
  expect(lines).toEqual(["x".repeat(4_096), "…"]);
});

it("detailLines() breaks long lines and keeps their indentation", () => {
  expect(detailLines("  one two three four five six", 20)).toEqual([
    "  one two three four",
    "  five six",
  ]);
});

it("detailLines() stays within its limits whatever is in the text", () => {
  const hostile = fc
    .array(
      fc.oneof(
        fc.constantFrom("\n", "\r\n", "\t", "\u001B[2J", "\u202E", "\uD83D", "图", " ", "\u2028"),
        fc.string({ unit: "binary", maxLength: 40 }),
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(hostile, fc.integer({ min: 20, max: 100 }), (details, columns) => {
      const lines = detailLines(details, columns);
      expect(lines.length).toBeLessThanOrEqual(21);
      for (const line of lines) {
        expect(line).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
        expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        expect(line).toBe(line.trimEnd());
      }
    }),
  );
});
