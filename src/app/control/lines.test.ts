import fc from "fast-check";
import { expect, it } from "vitest";
import { lineReader } from "./lines.ts";

it("lineReader() gives the same lines, wherever the bytes are cut", () => {
  const line = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\n", ""));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(20)), (lines, sizes) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(""));
      const reader = lineReader(() => 10_000);
      const read: string[] = [];
      let from = 0;
      for (const size of [...sizes, bytes.length]) {
        read.push(...(reader.read(bytes.subarray(from, from + size)) ?? ["too long"]));
        from += size;
      }
      expect(read).toEqual(lines);
    }),
  );
});

it("lineReader() decides by its beginning how long a line may be", () => {
  const limit = (head: string): number => (head.startsWith("long") ? 2_000 : 300);
  const long = `long${"x".repeat(1_000)}`;
  expect(lineReader(limit).read(Buffer.from(`${long}\nshort\n`))).toEqual([long, "short"]);
  expect(lineReader(limit).read(Buffer.from("y".repeat(301)))).toBeNull();
  expect(lineReader(limit).read(Buffer.from(`long${"x".repeat(2_000)}\n`))).toBeNull();
});
