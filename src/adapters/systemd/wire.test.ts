import fc from "fast-check";
import { expect, it } from "vitest";
import { WireError } from "./signature.ts";
import { WireReader } from "./wire-reader.ts";
import { WireWriter } from "./wire-writer.ts";
import type { ByteOrder, WireValue } from "./wire.ts";

function written(signature: string, values: readonly WireValue[], order: ByteOrder): Uint8Array {
  const writer = new WireWriter(order);
  writer.writeAll(signature, values);
  return writer.bytes;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

it.each<{ signature: string; values: readonly WireValue[]; little: string; big: string }>([
  { signature: "y", values: [7], little: "07", big: "07" },
  { signature: "b", values: [true], little: "01000000", big: "00000001" },
  { signature: "n", values: [-2], little: "feff", big: "fffe" },
  { signature: "i", values: [-2], little: "feffffff", big: "fffffffe" },
  { signature: "u", values: [0xfffffffe], little: "feffffff", big: "fffffffe" },
  { signature: "x", values: [-2n], little: "feffffffffffffff", big: "fffffffffffffffe" },
  { signature: "d", values: [1], little: "000000000000f03f", big: "3ff0000000000000" },
  { signature: "s", values: ["é"], little: "02000000c3a900", big: "00000002c3a900" },
  { signature: "g", values: ["a{sv}"], little: "05617b73767d00", big: "05617b73767d00" },
  // Padding stands before a value, and that of the first element is no part of an array's length.
  { signature: "yq", values: [1, 2], little: "01000200", big: "01000002" },
  { signature: "at", values: [[]], little: "0000000000000000", big: "0000000000000000" },
  {
    signature: "at",
    values: [[1n]],
    little: "08000000000000000100000000000000",
    big: "00000008000000000000000000000001",
  },
  {
    signature: "v",
    values: [{ signature: "u", value: 5 }],
    little: "0175000005000000",
    big: "0175000000000005",
  },
  {
    signature: "a{yb}",
    values: [[[1, true]]],
    little: "08000000000000000100000001000000",
    big: "00000008000000000100000000000001",
  },
])("$signature is laid out as the specification has it: $little", (given) => {
  const { signature, values, little, big } = given;
  expect(hex(written(signature, values, "little"))).toBe(little);
  expect(hex(written(signature, values, "big"))).toBe(big);
  expect(new WireReader(Buffer.from(little, "hex"), "little").readAll(signature)).toEqual(values);
  expect(new WireReader(Buffer.from(big, "hex"), "big").readAll(signature)).toEqual(values);
});

it.each<[string, WireValue]>([
  ["y", 256],
  ["y", -1],
  ["y", 1.5],
  ["n", 0x80_00],
  ["u", -1],
  ["u", "1"],
  ["x", 2n ** 63n],
  ["t", -1n],
  ["t", 1],
  ["d", "1"],
  ["b", 1],
  ["s", 1],
  ["s", "a\0b"],
  ["s", "\ud800"],
  ["g", "s".repeat(256)],
  ["as", "text"],
  ["(ss)", ["one"]],
  ["v", "text"],
  ["v", { signature: "", value: "" }],
  ["v", { signature: "ss", value: ["a", "b"] }],
])("writeAll() refuses as %s the value %s", (signature, value) => {
  expect(() => written(signature, [value], "little")).toThrow(WireError);
});

it.each<[string, WireValue]>([
  ["y", 1],
  ["q", 1],
  ["u", 1],
  ["b", true],
  ["x", -1n],
  ["d", 0.5],
  ["s", "some text"],
  ["v", { signature: "t", value: 1n }],
])("writeAll() makes room for any number of values of the type %s", (signature, value) => {
  const values = Array.from({ length: 5_000 }, () => value);
  const bytes = written(`a${signature}`, [values], "big");
  expect(new WireReader(bytes, "big").readAll(`a${signature}`)).toEqual([values]);
});

it("writeAll() writes 1 MiB and no more", () => {
  const mebibyte = 1024 * 1024;
  expect(written("s", ["x".repeat(mebibyte - 5)], "little")).toHaveLength(mebibyte);
  expect(() => written("s", ["x".repeat(mebibyte - 4)], "little")).toThrow("too large");
});

it.each([
  ["u", "010000", "ends too early"],
  ["b", "02000000", "neither 0 nor 1"],
  ["s", "ffffffff", "ends too early"],
  ["s", "0100000061", "ends too early"],
  ["s", "010000006161", "does not end with a zero"],
  ["s", "01000000ff00", "not UTF-8"],
  ["ay", "ffffffff00", "longer than its message"],
  ["au", "0800000001000000", "longer than its message"],
  ["au", "050000000100000002000000", "ends within a value"],
  ["v", "0000", "exactly one value"],
  ["v", "0273730000", "exactly one value"],
  ["v", "017a00", "unknown type"],
])("readAll() refuses as %s the bytes %s: %s", (signature, bytes, reason) => {
  const reader = new WireReader(Buffer.from(bytes, "hex"), "little");
  expect(() => reader.readAll(signature)).toThrow(WireError);
  expect(() => new WireReader(Buffer.from(bytes, "hex"), "little").readAll(signature)).toThrow(
    reason,
  );
});

it("readAll() takes variants 64 deep and no more", () => {
  const nested = (depth: number): Buffer => Buffer.from(`${"017600".repeat(depth)}01790007`, "hex");
  expect(new WireReader(nested(63), "little").readAll("v")).toHaveLength(1);
  expect(() => new WireReader(nested(64), "little").readAll("v")).toThrow("nested too deep");
  expect(() => new WireReader(nested(100_000), "little").readAll("v")).toThrow("nested too deep");
});

/** A type of D-Bus with values of it. */
interface Sample {
  readonly signature: string;
  readonly value: fc.Arbitrary<WireValue>;
}

const text = fc.string({ unit: "grapheme" }).filter((value) => !value.includes("\0"));
const BASIC: readonly Sample[] = [
  { signature: "y", value: fc.nat(255) },
  { signature: "b", value: fc.boolean() },
  { signature: "n", value: fc.integer({ min: -0x80_00, max: 0x7f_ff }) },
  { signature: "q", value: fc.nat(0xff_ff) },
  { signature: "i", value: fc.integer() },
  { signature: "u", value: fc.integer({ min: 0, max: 0xff_ff_ff_ff }) },
  { signature: "x", value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { signature: "t", value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
  { signature: "d", value: fc.double() },
  { signature: "s", value: text },
  { signature: "o", value: fc.constantFrom("/", "/org/freedesktop") },
  { signature: "g", value: fc.constantFrom("", "s", "a{sv}") },
];
const basic = fc.constantFrom(...BASIC);

const { sample } = fc.letrec<{ sample: Sample }>((tie) => ({
  sample: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    basic,
    tie("sample").map(({ signature, value }) => ({
      signature: `a${signature}`,
      value: fc.array(value, { maxLength: 4 }),
    })),
    fc.array(tie("sample"), { minLength: 1, maxLength: 3 }).map((fields) => ({
      signature: `(${fields.map(({ signature }) => signature).join("")})`,
      value: fc.tuple(...fields.map(({ value }) => value)),
    })),
    fc.tuple(basic, tie("sample")).map(([key, { signature, value }]) => ({
      signature: `a{${key.signature}${signature}}`,
      value: fc.array(fc.tuple(key.value, value), { maxLength: 3 }),
    })),
    tie("sample").map(({ signature, value }) => ({
      signature: "v",
      value: value.map((inner) => ({ signature, value: inner })),
    })),
  ),
}));

const typed = fc.array(sample, { maxLength: 4 }).chain((samples) =>
  fc.record({
    signature: fc.constant(samples.map(({ signature }) => signature).join("")),
    values: fc.tuple(...samples.map(({ value }) => value)),
    order: fc.constantFrom<ByteOrder[]>("little", "big"),
  }),
);

it("readAll() reads back whatever writeAll() writes, in either order of bytes", () => {
  fc.assert(
    fc.property(typed, ({ signature, values, order }) => {
      const bytes = written(signature, values, order);
      const reader = new WireReader(bytes, order);
      expect(reader.readAll(signature)).toEqual(values);
      expect(reader.position).toBe(bytes.length);
    }),
  );
});

it("readAll() gives values or a WireError, whatever the bytes", () => {
  const small = fc.uint8Array({ maxLength: 200 });
  const plausible = fc
    .array(fc.constantFrom(0, 0, 0, 1, 2, 4, 8, ...Buffer.from("asv(){}ytu")), { maxLength: 80 })
    .map((bytes) => Uint8Array.from(bytes));
  const signature = fc.constantFrom("a{sv}", "v", "av", "aas", "(sv)", "s", "at", "a(yv)", "ao");
  fc.assert(
    fc.property(fc.oneof(small, plausible), signature, (bytes, type) => {
      try {
        expect(new WireReader(bytes, "little").readAll(type)).toHaveLength(1);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    }),
  );
});
