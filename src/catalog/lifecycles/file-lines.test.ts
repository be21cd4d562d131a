import fc from "fast-check";
import { expect, it } from "vitest";
import { differingLines, LIMIT_COMPARED_BYTES } from "./file-lines.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const compare = (live: string, wanted: string): ReturnType<typeof differingLines> =>
  differingLines(bytesOf(live), bytesOf(wanted));

it("differingLines() counts what lies between what both begin and end with", () => {
  expect(compare("a\nb\nc\n", "a\nx\ny\nc\n")).toEqual({ first: 2, live: 1, wanted: 2 });
  expect(compare("a\n", "a\nb\n")).toEqual({ first: 2, live: 0, wanted: 1 });
  expect(compare("a", "a\n")).toEqual({ first: 1, live: 1, wanted: 1 });
  expect(compare("a\na\n", "a\na\na\n")).toEqual({ first: 3, live: 0, wanted: 1 });
  expect(compare("", "a")).toEqual({ first: 1, live: 0, wanted: 1 });
});

it("differingLines() compares no lines of what is no text, or too large", () => {
  expect(compare("a\0", "a")).toBe("incomparable");
  expect(compare("a".repeat(LIMIT_COMPARED_BYTES + 1), "a")).toBe("incomparable");
  expect(compare("a\0", "a\0")).toBeNull();
});

it("differingLines() finds a difference wherever there is one, of any bytes", () => {
  const bytes = fc.uint8Array({ min: 1, maxLength: 40 });
  fc.assert(
    fc.property(bytes, bytes, (one, other) => {
      const lines = differingLines(one, other);
      const isSame = String(one) === String(other);
      expect(lines === null).toBe(isSame);
      if (lines === null || lines === "incomparable") return;
      expect(lines.live + lines.wanted).toBeGreaterThan(0);
      expect(Math.min(lines.live, lines.wanted)).toBeGreaterThanOrEqual(0);
    }),
  );
});
