import fc from "fast-check";
import { expect, it } from "vitest";
import { exactBytes, shownBytes } from "./bytes.ts";

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1 kB"],
  [1_234_567, "1.23 MB"],
  [999_999, "1 MB"],
  [512_000_000, "512 MB"],
  [48_300_000_000, "48.3 GB"],
  [2.5e12, "2.5 TB"],
  [3e18, "3000 PB"],
] as const)("shownBytes(%d) is %s", (bytes, text) => {
  expect(shownBytes(bytes)).toBe(text);
});

it("shownBytes keeps a size apart from the limit it stands beside", () => {
  expect(shownBytes(1_000_001, [1_000_000])).toBe("1.000001 MB");
  expect(shownBytes(999_999, [1_000_000])).toBe("999.999 kB");
  expect(shownBytes(1_234_567, [1_000_000])).toBe("1.23 MB");
});

it("shownBytes is within one percent of the size", () => {
  const units = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 };
  fc.assert(
    fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (bytes) => {
      const [figure, unit] = shownBytes(bytes).split(" ") as [string, keyof typeof units];
      expect(Math.abs(Number(figure) * units[unit] - bytes)).toBeLessThanOrEqual(bytes / 100);
    }),
  );
});

it.each([
  [0, "0 B"],
  [1_234_567, "1.234567 MB"],
  [1_500_000_000, "1.5 GB"],
  [999_999, "999.999 kB"],
] as const)("exactBytes(%d) is %s", (bytes, text) => {
  expect(exactBytes(bytes)).toBe(text);
});
