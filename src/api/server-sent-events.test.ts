import fc from "fast-check";
import { expect, it } from "vitest";
import { StreamReader, type StreamMessage } from "./server-sent-events.ts";

function read(...pieces: readonly string[]): readonly StreamMessage[] {
  const reader = new StreamReader();
  return pieces.flatMap((piece) => reader.add(piece));
}

it.each([
  ["data: a\n\n", [{ id: null, type: "message", data: "a" }]],
  ["\uFEFFdata: a\n\n", [{ id: null, type: "message", data: "a" }]],
  ["data: a", []],
  ["data: a\n", []],
  ["id: 7\n\n", []],
  [": hello\n\ndata\n\n", [{ id: null, type: "message", data: "" }]],
  ["data:  a\ndata:b\n\n", [{ id: null, type: "message", data: " a\nb" }]],
  [
    "id: 7\nevent: x\ndata: 1\n\ndata: 2\n\n",
    [
      { id: "7", type: "x", data: "1" },
      { id: "7", type: "message", data: "2" },
    ],
  ],
  ["id: 7\0\ndata: a\r\rnope: 1\r\n\r\n", [{ id: null, type: "message", data: "a" }]],
])("reads %j", (text, expected) => {
  expect(read(text)).toEqual(expected);
});

it("reads the same in whatever pieces it comes", () => {
  const line = fc.constantFrom("data: a", "data: b c", "id: 7", ": x", "event: y", "", "retry: 5");
  const end = fc.constantFrom("\n", "\r\n");
  const text = fc.array(fc.tuple(line, end)).map((lines) => lines.flat().join(""));
  fc.assert(
    fc.property(text, fc.infiniteStream(fc.integer({ min: 1, max: 5 })), (whole, sizes) => {
      const pieces: string[] = [];
      for (let at = 0; at < whole.length;) {
        const { value } = sizes.next() as { readonly value: number };
        pieces.push(whole.slice(at, at + value));
        at += value;
      }
      expect(read(...pieces)).toEqual(read(whole));
    }),
  );
});

it("takes anything, and gives messages that have data", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (pieces) => {
      for (const message of read(...pieces, "\n\n")) expect(message.type).not.toBe("");
      expect(read(...pieces, "\n\ndata: end\n\n").at(-1)?.data).toBe("end");
    }),
  );
});

it("learns how long to wait before connecting again", () => {
  const reader = new StreamReader();
  reader.add("retry: 2500\nretry: soon\nretry: 99999999999\n\n");
  expect(reader.retryMs).toBe(2_500);
});

it("refuses what never ends", () => {
  const piece = "x".repeat(1024 * 1024);
  expect(() => read("data: ", ...Array.from({ length: 5 }, () => piece))).toThrow(RangeError);
  const lines = Array.from({ length: 5 }, () => `data: ${piece}\n`);
  expect(() => read(...lines)).toThrow(RangeError);
});
