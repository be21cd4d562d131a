import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DerError, Parts, partsOf, readElement, TAG, type Element } from "./der.ts";

/** Encodes an element, with the shortest length. */
function encoded(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const digits = length.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex");
  const head = length < 0x80 ? [length] : [0x80 | bytes.length, ...bytes];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

function walk(element: Element): void {
  if ((element.tag & 0x20) === 0) return;
  for (const part of partsOf(element)) walk(part);
}

describe("readElement()", () => {
  it("reads what was encoded, of any length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70_000 }), (content) => {
        const { tag, content: read } = readElement(encoded(TAG.octetString, content));
        expect(tag).toBe(TAG.octetString);
        expect(Buffer.compare(read, content)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it("reads any bytes, or throws a DerError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          walk(readElement(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(DerError);
        }
      }),
    );
  });

  it.each([
    ["nothing", ""],
    ["no length", "30"],
    ["an indefinite length", "30800000"],
    ["a length that is not the shortest", "308100"],
    ["a length with a zero before it", "0482008000"],
    ["a length beyond its end", "300201"],
    ["a length beyond all files", "30850100000000"],
    ["something behind it", "30000000"],
    ["a tag of several bytes", "1f0100"],
  ])("refuses %s", (_, hex) => {
    expect(() => readElement(Buffer.from(hex, "hex"))).toThrow(DerError);
  });

  it("refuses another tag than the wanted one", () => {
    expect(() => readElement(encoded(TAG.set, Buffer.alloc(0)), TAG.sequence)).toThrow("0x31");
  });
});

describe("Parts", () => {
  const parts = () =>
    new Parts(readElement(encoded(TAG.sequence, Buffer.from("0201050101ff", "hex"))), TAG.sequence);

  it("hands out the parts in their order", () => {
    const all = parts();
    expect(all.maybe(TAG.boolean)).toBeNull();
    expect([...all.take(TAG.integer).content]).toEqual([5]);
    expect([...(all.maybe(TAG.boolean)?.content ?? [])]).toEqual([255]);
    expect(all.maybe()).toBeNull();
    expect(() => {
      all.end();
    }).not.toThrow();
  });

  it("refuses another part than the wanted one, and parts that nobody took", () => {
    expect(() => parts().take(TAG.boolean)).toThrow(DerError);
    expect(() => {
      parts().end();
    }).toThrow(DerError);
  });
});
