import { expect, it } from "vitest";
import { Refusal } from "./refusal.ts";
import { spanOf } from "./span.ts";

const NOW = Date.UTC(2026, 10, 29, 12);
const DAY_MS = 86_400_000;

it.each([
  [{}, [NOW - DAY_MS, NOW]],
  [{ to: "2026-11-28T12:00:00+01:00" }, [NOW - 2 * DAY_MS - 3_600_000, NOW - DAY_MS - 3_600_000]],
  [{ from: "2026-11-29T11:00:00Z" }, [NOW - 3_600_000, NOW]],
  [{ from: "2026-11-29T12:00:00Z" }, [NOW, NOW]],
])("spanOf() reads %j", (asked, [from, to]) => {
  expect(spanOf(asked, NOW)).toEqual({ from, to });
});

it("spanOf() refuses a span that ends before it begins", () => {
  expect(() => spanOf({ from: "2026-11-29T12:00:00.001Z" }, NOW)).toThrow(Refusal);
});
