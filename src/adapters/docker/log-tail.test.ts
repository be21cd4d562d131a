import fc from "fast-check";
import { expect, it } from "vitest";
import { logTail } from "./log-tail.ts";

function tailOf(
  limit: number,
  pieces: readonly (readonly ["stdout" | "stderr", string])[],
): readonly string[] {
  const tail = logTail(limit);
  for (const [output, text] of pieces) tail.push(output, Buffer.from(text));
  return tail.log().lines;
}

it("logTail() keeps the last lines, however the text comes in pieces", () => {
  const lines = fc.array(fc.string({ unit: fc.constantFrom("a", "é", "\t", "😀"), maxLength: 8 }));
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 5 }), fc.nat(10), (all, size, limit) => {
      const bytes = Buffer.from(all.map((line) => `${line}\n`).join(""));
      const tail = logTail(limit);
      for (let at = 0; at < bytes.length; at += size)
        tail.push("stdout", bytes.subarray(at, at + size));
      expect(tail.log()).toEqual({
        lines: limit === 0 ? [] : all.slice(-limit),
        isTruncated: false,
      });
    }),
  );
});

it("logTail() puts no line of one output into an open line of the other", () => {
  expect(
    tailOf(10, [
      ["stdout", "half "],
      ["stderr", "warning\n"],
      ["stdout", "a line\r\nand an"],
      ["stdout", " end"],
    ]),
  ).toEqual(["warning", "half a line", "and an end"]);
});

it("logTail() keeps the beginning of a line that is too long, and the end of too many", () => {
  const chunk = Buffer.alloc(1024 * 1024, "x");
  const tail = logTail(100);
  for (let index = 0; index < 10; index += 1) {
    tail.push("stdout", Buffer.from(`${String(index)} `));
    tail.push("stdout", chunk);
    tail.push("stdout", Buffer.from("\n"));
  }
  const { lines, isTruncated } = tail.log();
  expect(lines.map((line) => line.slice(0, 2))).toEqual(["6 ", "7 ", "8 ", "9 "]);
  expect(lines.every((line) => line.length === 1024 * 1024)).toBe(true);
  expect(isTruncated).toBe(true);
});

it.each([
  ["lines are missing", 6, 6, true],
  ["a line was cut", 1, 1, true],
  ["all that was asked for is there", 6, 3, false],
])("logTail() tells when %s", (_, count, limit, isTruncated) => {
  const line = Buffer.alloc(count === 1 ? 1024 * 1024 + 1 : 1024 * 1024, "x");
  const tail = logTail(limit);
  for (let index = 0; index < count; index += 1) {
    tail.push("stdout", line);
    tail.push("stdout", Buffer.from("\n"));
  }
  expect(tail.log().isTruncated).toBe(isTruncated);
});

it("logTail() does not tell of a long line that is none of the last", () => {
  const tail = logTail(2);
  tail.push("stdout", Buffer.alloc(1024 * 1024 + 1, "x"));
  tail.push("stdout", Buffer.from("\na\nb\n"));
  expect(tail.log()).toEqual({ lines: ["a", "b"], isTruncated: false });
});

it("logTail() gives up on an engine that goes on for ever", () => {
  const tail = logTail(1);
  const chunk = Buffer.alloc(8 * 1024 * 1024, "\n");
  for (let index = 0; index < 8; index += 1) tail.push("stdout", chunk.subarray(0, 16));
  expect(() => {
    for (let index = 0; index < 9; index += 1) tail.push("stdout", Buffer.alloc(8 * 1024 * 1024));
  }).toThrow(/more than 64 MiB/u);
});
