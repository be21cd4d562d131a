import fc from "fast-check";
import { expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import { demultiplexer, type OutputName } from "./frames.ts";

function frame(kind: number, payload: string | Buffer): Buffer {
  const bytes = Buffer.from(payload);
  const header = Buffer.alloc(8);
  header[0] = kind;
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

function taken(pieces: readonly Buffer[]): Record<OutputName, string> {
  const outputs = { stdout: "", stderr: "" };
  const frames = demultiplexer((output, bytes) => {
    outputs[output] += bytes.toString("latin1");
  });
  for (const piece of pieces) frames.push(piece);
  frames.end();
  return outputs;
}

it("demultiplexer() takes both outputs apart, wherever the pieces end", () => {
  const payload = fc.record({
    kind: fc.constantFrom(0, 1, 2),
    text: fc.string({ unit: "binary-ascii", maxLength: 40 }),
  });
  fc.assert(
    fc.property(fc.array(payload), fc.integer({ min: 1, max: 50 }), (payloads, size) => {
      const bytes = Buffer.concat(payloads.map(({ kind, text }) => frame(kind, text)));
      const count = Math.ceil(bytes.length / size);
      const pieces = Array.from({ length: count }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      const printed = (isError: boolean): string =>
        payloads.flatMap(({ kind, text }) => ((kind === 2) === isError ? [text] : [])).join("");
      expect(taken(pieces)).toEqual({ stdout: printed(false), stderr: printed(true) });
    }),
  );
});

it("demultiplexer() refuses what is not in frames, and does nothing else with any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        const { stdout, stderr } = taken([Buffer.from(bytes)]);
        expect(stdout.length + stderr.length).toBeLessThanOrEqual(bytes.length);
      } catch (error) {
        expect(error).toBeInstanceOf(ObservationError);
      }
    }),
  );
  expect(() => taken([Buffer.from("plain text of a terminal")])).toThrow(/not in frames/u);
  expect(() => taken([Buffer.from([1, 0, 0, 1, 0, 0, 0, 0])])).toThrow(/not in frames/u);
});

it.each([3, 8, 10])("demultiplexer() tells when output was cut after %i bytes", (length) => {
  expect(() => taken([frame(1, "hello").subarray(0, length)])).toThrow(/broke off/u);
});

it("demultiplexer() keeps nothing of a frame that claims to be huge", () => {
  const header = Buffer.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
  const received: number[] = [];
  const frames = demultiplexer((_, bytes) => received.push(bytes.length));
  frames.push(Buffer.concat([header, Buffer.from("abc")]));
  frames.push(Buffer.from("de"));
  expect(received).toEqual([3, 2]);
});

it("demultiplexer() passes on what the engine says of its own failure", () => {
  expect(() => taken([frame(1, "half"), frame(3, "log driver is gone")])).toThrow(
    "the container engine failed while it sent output: log driver is gone",
  );
});
