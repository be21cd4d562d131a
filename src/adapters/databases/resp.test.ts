import fc from "fast-check";
import { expect, it } from "vitest";
import { respCommand, RespError, RespReader, type RedisReply } from "./resp.ts";

function read(text: string | Uint8Array): readonly RedisReply[] {
  return new RespReader().push(Buffer.from(text));
}

it("respCommand() counts bytes, so that no word can end early", () => {
  expect(respCommand("AUTH", "é\r\nQUIT\r\n").toString()).toBe(
    "*2\r\n$4\r\nAUTH\r\n$10\r\né\r\nQUIT\r\n\r\n",
  );
});

it("RespReader reads each kind of reply", () => {
  expect(read("+PONG\r\n-ERR no\r\n:42\r\n$5\r\na\r\nbc\r\n$-1\r\n$0\r\n\r\n")).toEqual([
    { kind: "text", text: "PONG" },
    { kind: "error", text: "ERR no" },
    { kind: "text", text: "42" },
    { kind: "text", text: "a\r\nbc" },
    { kind: "null" },
    { kind: "text", text: "" },
  ]);
});

it.each([
  "HTTP/1.1 200 OK\r\n",
  "*1\r\n+OK\r\n",
  "\r\n",
  "+OK\n",
  "$x\r\n",
  "$-2\r\n",
  "$1048577\r\n",
  "$99999999999\r\n",
  "$1\r\nabc\r\n",
  `+${"x".repeat(70_000)}`,
])("RespReader refuses %j", (text) => {
  expect(() => read(text)).toThrow(RespError);
});

it("RespReader reads the same however the bytes come", () => {
  const reply = fc.oneof(
    fc.string().map((text) => Buffer.from(`$${String(Buffer.byteLength(text))}\r\n${text}\r\n`)),
    fc.constantFrom("+OK\r\n", "-ERR\r\n", ":1\r\n", "$-1\r\n").map((text) => Buffer.from(text)),
  );
  const cuts = fc.array(fc.nat({ max: 200 }));
  fc.assert(
    fc.property(fc.array(reply), cuts, (replies, places) => {
      const bytes = Buffer.concat(replies);
      const reader = new RespReader();
      const ends = [...places.filter((place) => place < bytes.length), bytes.length];
      let start = 0;
      const pieces = ends
        .sort((a, b) => a - b)
        .flatMap((end) => {
          const piece = reader.push(bytes.subarray(start, end));
          start = end;
          return piece;
        });
      expect(pieces).toEqual(read(bytes));
      expect(pieces).toHaveLength(replies.length);
    }),
  );
});

it("RespReader reads or refuses any bytes, and fails in no other way", () => {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.string({
      unit: fc.constantFrom("+", "-", ":", "$", "*", "1", "9", "\r", "\n", "\r\n", "x"),
    }),
  );
  fc.assert(
    fc.property(fc.array(hostile), (chunks) => {
      const reader = new RespReader();
      try {
        for (const chunk of chunks) reader.push(Buffer.from(chunk));
      } catch (error) {
        expect(error).toBeInstanceOf(RespError);
      }
    }),
  );
});
