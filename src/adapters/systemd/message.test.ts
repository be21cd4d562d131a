import fc from "fast-check";
import { expect, it } from "vitest";
import { MessageReader, writeMessage, type BusMessage } from "./message.ts";
import { WireError } from "./signature.ts";
import type { ByteOrder } from "./wire.ts";

const call: BusMessage = {
  type: 1,
  flags: 2,
  serial: 7,
  fields: {
    path: "/org/freedesktop/systemd1",
    interface: "org.freedesktop.systemd1.Manager",
    member: "LoadUnit",
    destination: "org.freedesktop.systemd1",
    signature: "s",
  },
  body: ["nginx.service"],
};
const answer: BusMessage = {
  type: 2,
  flags: 1,
  serial: 8,
  fields: { replySerial: 7, sender: ":1.5" },
  body: [],
};

it("writeMessage() lays a message out as the specification has it", () => {
  const hello = writeMessage({
    type: 1,
    flags: 0,
    serial: 1,
    fields: { path: "/", member: "Hello" },
    body: [],
  });
  expect(Buffer.from(hello).toString("latin1")).toBe(
    "l\x01\0\x01\0\0\0\0\x01\0\0\0\x1e\0\0\0" +
      "\x01\x01o\0\x01\0\0\0/\0\0\0\0\0\0\0" +
      "\x03\x01s\0\x05\0\0\0Hello\0" +
      "\0\0",
  );
});

it.each<[ByteOrder]>([["little"], ["big"]])(
  "add() reads messages in %s-endian, however they are cut",
  (order) => {
    const stream = Buffer.concat([call, answer, call].map((each) => writeMessage(each, order)));
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 8 }), (cuts) => {
        const reader = new MessageReader();
        const ends = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const messages = ends.flatMap((end, index) =>
          reader.add(stream.subarray(ends[index - 1] ?? 0, end)),
        );
        expect(messages).toEqual([call, answer, call]);
      }),
    );
  },
);

it("add() ignores fields that it does not know", () => {
  const bytes = Buffer.from(writeMessage(answer));
  const at = bytes.indexOf(Buffer.from("\x07\x01s\0", "latin1"));
  bytes[at] = 99;
  expect(new MessageReader().add(bytes)).toEqual([{ ...answer, fields: { replySerial: 7 } }]);
});

function changed(at: number, value: number): Buffer {
  const bytes = Buffer.from(writeMessage(call));
  bytes[at] = value;
  return bytes;
}

it.each([
  ["its byte order", changed(0, 0x78)],
  ["no type", changed(1, 0)],
  ["unknown version", changed(3, 2)],
  ["too large", changed(6, 0x10)],
  ["too large", changed(14, 0x10)],
  ["no serial", changed(8, 0)],
  ["wrong type", changed(16, 5)],
  ["longer than its body", Buffer.concat([changed(4, 26), Buffer.alloc(8)])],
])("add() refuses a message: %s", (reason, bytes) => {
  expect(() => new MessageReader().add(bytes)).toThrow(WireError);
  expect(() => new MessageReader().add(bytes)).toThrow(reason);
});

it("add() refuses a message that would be too large as soon as its head is there", () => {
  expect(() => new MessageReader().add(changed(7, 1).subarray(0, 16))).toThrow("too large");
});

it("writeMessage() refuses what would be too large", () => {
  const body = ["x".repeat(1024 * 1024 - 100)];
  expect(() => writeMessage({ ...call, body })).toThrow("too large");
});

it("add() gives messages or a WireError, whatever the bytes", () => {
  const damaged = fc
    .tuple(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat(200))
    .map(([changes, cut]) => {
      const bytes = Buffer.from(writeMessage(call));
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      return bytes.subarray(0, bytes.length - (cut > 100 ? 0 : cut));
    });
  fc.assert(
    fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 100 })), (bytes) => {
      try {
        expect(new MessageReader().add(bytes).length).toBeLessThanOrEqual(bytes.length / 16);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    }),
  );
});
