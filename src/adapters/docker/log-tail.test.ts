import fc from "fast-check";
import { expect, it } from "vitest";
import { logTail } from "./log-tail.ts";

function tailOf(
  limit: number,
  pieces: readonly (readonly ["stdout" | "stderr", string])[],
): readonly string[] {
  const tail = logTail(limit);
  for (const [output, text] of pieces) tail.push(output, Buffer.from(text));
  return tail.lines();
}

it("logTail() keeps the last lines, however the text comes in pieces", () => {
  const lines = fc.array(fc.string({ unit: fc.constantFrom("a", "é", "\t", "😀"), maxLength: 8 }));
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 5 }), fc.nat(10), (all, size, limit) => {
      const bytes = Buffer.from(all.map((line) => `${line}\n`).join(""));
      const tail = logTail(limit);
      for (let at = 0; at < bytes.length; at += size)
        tail.push("stdout", bytes.subarray(at, at + size));
      expect(tail.lines()).toEqual(limit === 0 ? [] : all.slice(-limit));
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
  const lines = tail.lines();
  expect(lines.map((line) => line.slice(0, 2))).toEqual(["6 ", "7 ", "8 ", "9 "]);
  expect(lines.every((line) => line.length === 1024 * 1024)).toBe(true);
});

it("logTail() gives up on an engine that goes on for ever", () => {
  const tail = logTail(1);
  const chunk = Buffer.alloc(8 * 1024 * 1024, "\n");
  for (let index = 0; index < 8; index += 1) tail.push("stdout", chunk.subarray(0, 16));
  expect(() => {
    for (let index = 0; index < 9; index += 1) tail.push("stdout", Buffer.alloc(8 * 1024 * 1024));
  }).toThrow(/more than 64 MiB/u);
});
