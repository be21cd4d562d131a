import fc from "fast-check";
import { expect, it } from "vitest";
import { TransportError } from "../../model/errors.ts";
import { bodyReaderFor, type BodyReader } from "./body-reader.ts";
import type { Framing } from "./response-head.ts";

const CHUNKED: Framing = { kind: "chunked" };

/** What a reader has come to, and how many of the bytes it took. */
interface Outcome {
  readonly taken: number;
  readonly isComplete: boolean;
  readonly bodyBytes: number;
}

function read(text: string, framing: Framing = CHUNKED, limitBytes = 1_000_000): Outcome {
  const reader = bodyReaderFor(framing, limitBytes);
  const taken = reader.push(Buffer.from(text, "latin1"));
  return { taken, isComplete: reader.isComplete(), bodyBytes: reader.bodyBytes() };
}

/** The message without what is shown of the bytes, which depends on how much had come. */
function pushAll(reader: BodyReader, pieces: readonly Buffer[]): string | null {
  try {
    for (const piece of pieces) reader.push(piece);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(TransportError);
    return (error as Error).message.replace(/".*"/u, "…");
  }
}

it("bodyReaderFor() reads no body as whole from the beginning", () => {
  expect(read("next", { kind: "none" })).toEqual({ taken: 0, isComplete: true, bodyBytes: 0 });
});

it("bodyReaderFor() reads a length, and no byte more", () => {
  const framing: Framing = { kind: "length", bytes: 5 };
  expect(read("hell", framing)).toEqual({ taken: 4, isComplete: false, bodyBytes: 4 });
  expect(read("hello", framing)).toEqual({ taken: 5, isComplete: true, bodyBytes: 5 });
  expect(read("hello, next", framing)).toEqual({ taken: 5, isComplete: true, bodyBytes: 5 });
  const empty: Framing = { kind: "length", bytes: 0 };
  expect(read("next", empty)).toEqual({ taken: 0, isComplete: true, bodyBytes: 0 });
});

it("bodyReaderFor() reads until the connection ends", () => {
  const outcome = { taken: 5, isComplete: false, bodyBytes: 5 };
  expect(read("hello", { kind: "until-close" })).toEqual(outcome);
});

it.each([
  ["2\r\nhi\r\n0\r\n\r\n", 2],
  ["0\r\n\r\n", 0],
  ["5\r\nhello\r\n1\r\n!\r\n000\r\n\r\n", 6],
  ["A\r\n0123456789\r\n0\r\n\r\n", 10],
  ["a\r\n0123456789\r\n0\r\n\r\n", 10],
  [`${"0".repeat(40)}2\r\nhi\r\n0\r\n\r\n`, 2],
  ["4\r\n\r\n\r\n\r\n0\r\n\r\n", 4],
  ['2;a=b;c="d e"\r\nhi\r\n0;last\r\n\r\n', 2],
  ["2; a = b\r\nhi\r\n0\r\n\r\n", 2],
  ["2\r\nhi\r\n0\r\nX-Sum: 1\r\nX-Other:\r\n\r\n", 2],
])("bodyReaderFor() reads the chunks %j", (text, bodyBytes) => {
  const whole = { taken: text.length, isComplete: true, bodyBytes };
  expect(read(text)).toEqual(whole);
  expect(read(`${text}HTTP/1.1`)).toEqual(whole);
  for (let length = 0; length < text.length; length += 1) {
    expect(read(text.slice(0, length)).isComplete).toBe(false);
  }
});

it.each([
  ["x", "the size of a chunk is"],
  ["\r\n", "the size of a chunk is"],
  [" 2\r\n", "the size of a chunk is"],
  ["-2\r\n", "the size of a chunk is"],
  ["0x2\r\n", "the size of a chunk is"],
  ["2 \r\n", "the size of a chunk is"],
  ["2\t;a\r\n", "the size of a chunk is"],
  ["2;a\u0000\r\n", "the size of a chunk is"],
  ["2;a\rb\r\n", "the size of a chunk is"],
  ["20000000000000\r\n", "the size of a chunk is"],
  [`${"f".repeat(300)}\r\n`, "the size of a chunk is"],
  ["2\nhi\r\n", "does not end in CR LF"],
  ["2\r\nhi!", "a chunk does not end where it says"],
  ["2\r\nhi\n", "a chunk does not end where it says"],
  ["2\r\nhi\r!", "a chunk does not end where it says"],
  ["2\r\nhi\r\r", "a chunk does not end where it says"],
  ["0\r\n\n", "does not end in CR LF"],
  ["0\r\nabc\r\n", "a header line is"],
  ["0\r\nA: b\r\n c\r\n", "a header line is"],
  ["0\r\nA: \u0001\r\n", "holds a control character"],
  ["0\r\nA: b\n\r\n", "does not end in CR LF"],
  [`2;${"x".repeat(16_384)}`, "a line between chunks is too long"],
  [`0\r\nA: ${"x".repeat(16_384)}`, "its trailer is too long"],
  [`0\r\n${"A: b\r\n".repeat(3_000)}`, "its trailer is too long"],
])("bodyReaderFor() refuses the chunks %j at once", (text, reason) => {
  expect(() => read(text)).toThrow(TransportError);
  expect(() => read(text)).toThrow(reason);
});

it("bodyReaderFor() stops one byte beyond the limit, and knows that there is more", () => {
  const stopped = { isComplete: false, bodyBytes: 4 };
  const text = "5\r\nhello\r\n0\r\n\r\n";
  expect(read("hello", { kind: "length", bytes: 5 }, 3)).toEqual({ ...stopped, taken: 4 });
  expect(read("hello", { kind: "until-close" }, 3)).toEqual({ ...stopped, taken: 4 });
  expect(read(text, CHUNKED, 3)).toEqual({ ...stopped, taken: 7 });
  const whole = { isComplete: true, bodyBytes: 5 };
  expect(read("hello", { kind: "length", bytes: 5 }, 5)).toEqual({ ...whole, taken: 5 });
  expect(read(text, CHUNKED, 5)).toEqual({ ...whole, taken: text.length });
});

/** Text that is like chunks, but often wrong. */
const likeChunks = fc
  .array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom("2\r\nhi\r\n", "5;a=b\r\nhello\r\n", "0\r\n", "\r\n"),
      },
      fc.constantFrom("A: b\r\n", "1", "\n", "\r", ";", "fff\r\n", "f".repeat(20)),
      fc.string({ unit: "binary-ascii", maxLength: 6 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.from(parts.join(""), "latin1"));

const anyFraming: fc.Arbitrary<Framing> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(CHUNKED) },
  fc.constant<Framing>({ kind: "none" }),
  fc.constant<Framing>({ kind: "until-close" }),
  fc.nat(20).map((bytes): Framing => ({ kind: "length", bytes })),
);

it("bodyReaderFor() reads the same however the bytes are cut", () => {
  const cuts = fc.array(fc.nat(60), { maxLength: 8 });
  const limit = fc.integer({ min: 1, max: 20 });
  fc.assert(
    fc.property(anyFraming, likeChunks, cuts, limit, (framing, bytes, places, limitBytes) => {
      const ends = [...places.filter((place) => place < bytes.length), bytes.length];
      const sorted = ends.sort((a, b) => a - b);
      const pieces = sorted.map((end, index) => bytes.subarray(sorted[index - 1] ?? 0, end));
      const outcomes = [[bytes], pieces, [...bytes].map((byte) => Buffer.from([byte]))].map(
        (each) => {
          const reader = bodyReaderFor(framing, limitBytes);
          const error = pushAll(reader, each);
          return { error, isComplete: reader.isComplete(), bodyBytes: reader.bodyBytes() };
        },
      );
      expect(outcomes[1]).toEqual(outcomes[0]);
      expect(outcomes[2]).toEqual(outcomes[0]);
      expect(outcomes[0]?.bodyBytes).toBeLessThanOrEqual(limitBytes + 1);
    }),
    { numRuns: 300 },
  );
});
