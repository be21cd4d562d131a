import fc from "fast-check";
import { expect, it } from "vitest";
import { BoundedOutput } from "./bounded-output.ts";

function outputOf(limitBytes: number, ...chunks: readonly Uint8Array[]): BoundedOutput {
  const output = new BoundedOutput(limitBytes);
  for (const chunk of chunks) output.add(chunk);
  return output;
}

it("BoundedOutput keeps as much as it may, and tells that there was more", () => {
  const bytes = Buffer.from("hello");
  expect(outputOf(5, bytes)).toMatchObject({ isTruncated: false });
  expect(outputOf(5, bytes).text()).toBe("hello");
  const cut = outputOf(7, bytes, bytes, bytes);
  expect(cut.isTruncated).toBe(true);
  expect(cut.text()).toBe("hellohe");
  expect(outputOf(0, bytes).text()).toBe("");
  expect(outputOf(0, bytes).isTruncated).toBe(true);
  expect(outputOf(0).isTruncated).toBe(false);
});

it("BoundedOutput leaves out a character that its limit cuts, and keeps a byte order mark", () => {
  expect(outputOf(3, Buffer.from("ab😀")).text()).toBe("ab");
  expect(outputOf(9, Buffer.from("\uFEFFa")).text()).toBe("\uFEFFa");
});

it("BoundedOutput copies what it is given", () => {
  const chunk = Buffer.from("hello");
  const output = outputOf(100, chunk);
  chunk.fill("x");
  expect(output.text()).toBe("hello");
});

it("BoundedOutput reads any bytes, however they are cut, as their beginning is read at once", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), fc.nat(200), (chunks, limitBytes) => {
      const all = Buffer.concat(chunks);
      const output = outputOf(limitBytes, ...chunks);
      expect(output.isTruncated).toBe(all.length > limitBytes);
      const whole = all.subarray(0, limitBytes).toString("utf8");
      expect(output.isTruncated ? whole.startsWith(output.text()) : output.text() === whole).toBe(
        true,
      );
      expect(whole.length - output.text().length).toBeLessThanOrEqual(3);
    }),
  );
});
