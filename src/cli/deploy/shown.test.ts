import fc from "fast-check";
import { expect, it } from "vitest";
import { displayWidth } from "../../model/text.ts";
import { counted, shownMoment, shownTime, shownValue } from "./shown.ts";

it("shownValue() shows one line, and how many there are", () => {
  expect(shownValue("nginx:alpine", null)).toBe("nginx:alpine");
  expect(shownValue(null, null)).toBe("(not set)");
  expect(shownValue("", null)).toBe('""');
  expect(shownValue("server {\n  listen 80;\n}\n", null)).toBe("server { … (3 lines)");
  expect(shownValue("a".repeat(5_000), 10)).toBe("aaaaaaaaa…");
});

it("shownValue() stays within its columns and drives no terminal, whatever it is given", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: "binary" }), fc.constant("a\u001b[2J\r\nb\u202ec")),
      fc.integer({ min: 1, max: 60 }),
      (value, columns) => {
        const shown = shownValue(value, columns);
        expect(displayWidth(shown)).toBeLessThanOrEqual(columns);
        expect(shown).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      },
    ),
  );
});

it("shownTime() is as exact as people want it", () => {
  expect([0, 340.4, 2_190, 9_999, 65_000].map(shownTime)).toEqual([
    "0ms",
    "340ms",
    "2.1s",
    "9.9s",
    "1m5s",
  ]);
});

it("shownMoment() and counted() write for people", () => {
  expect(shownMoment(Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe("2026-01-02 03:04:05Z");
  expect(shownMoment(NaN)).toBe("unknown");
  expect([counted(1, "step"), counted(0, "step")]).toEqual(["1 step", "0 steps"]);
});
