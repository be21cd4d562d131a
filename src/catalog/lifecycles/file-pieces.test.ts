import fc from "fast-check";
import { expect, it } from "vitest";
import { cutAt, joined } from "./file-pieces.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

it("cutAt() cuts wherever a hidden value stands, the longest where several begin", () => {
  const hidden = [
    { name: "short", bytes: bytesOf("pass") },
    { name: "long", bytes: bytesOf("password") },
    { name: "empty", bytes: bytesOf("") },
  ];
  expect(cutAt(bytesOf("a password, passpass"), hidden, 10)).toEqual([
    { bytes: bytesOf("a ") },
    { name: "long" },
    { bytes: bytesOf(", ") },
    { name: "short" },
    { name: "short" },
  ]);
  expect(cutAt(bytesOf("pass pass"), hidden, 2)).toBeNull();
  expect(cutAt(bytesOf(""), hidden, 2)).toEqual([]);
});

it("cutAt() loses nothing, and leaves no hidden value in what it keeps", () => {
  const some = fc.uint8Array({ max: 3, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.uint8Array({ max: 3, maxLength: 200 }),
      fc.array(some, { maxLength: 4 }),
      (bytes, values) => {
        const hidden = values.map((value, index) => ({ name: String(index), bytes: value }));
        const pieces = cutAt(bytes, hidden, 1_000) ?? [];
        const parts = pieces.map((piece) =>
          "name" in piece ? (values[Number(piece.name)] ?? bytes) : piece.bytes,
        );
        expect(joined(parts)).toEqual(bytes);
        const text = (part: Uint8Array): string => String.fromCharCode(...part);
        for (const piece of pieces) {
          if ("name" in piece) continue;
          for (const value of values.filter(({ length }) => length > 0)) {
            expect(text(piece.bytes).includes(text(value))).toBe(false);
          }
        }
      },
    ),
  );
});
