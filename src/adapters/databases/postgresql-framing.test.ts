import fc from "fast-check";
import { expect, it } from "vitest";
import { postgresqlFraming } from "./postgresql-framing.ts";

function message(type: string, body: string): Buffer {
  const head = Buffer.alloc(5, type);
  head.writeUInt32BE(Buffer.byteLength(body, "latin1") + 4, 1);
  return Buffer.concat([head, Buffer.from(body, "latin1")]);
}

it.each([
  message("E", "SFATAL\0Mno\0\0"),
  message("N", "\0"),
  message("Z", "I"),
  message("1", ""),
  Buffer.concat([message("T", "anything"), message("E", "C42P01\0\0"), message("Z", "E")]),
])("postgresqlFraming() lets %j pass, however it comes", (bytes) => {
  const whole = postgresqlFraming();
  const byByte = postgresqlFraming();
  expect(() => {
    whole(bytes);
    for (const byte of bytes) byByte(Uint8Array.of(byte));
  }).not.toThrow();
});

it.each([
  message("E", ""),
  message("E", "SFATAL"),
  message("E", "SFATAL\0"),
  message("E", "SFATAL\0\0x"),
  message("N", "S"),
  Buffer.from("Z\0\0\0\x03"),
  Buffer.from("HTTP/1.1 200 OK"),
])("postgresqlFraming() refuses %j", (bytes) => {
  expect(() => {
    postgresqlFraming()(bytes);
  }).toThrow(/impossible|an error/u);
});

it("postgresqlFraming() decides the same however the bytes come", () => {
  const refuses = (chunks: readonly Uint8Array[]): boolean => {
    const take = postgresqlFraming();
    try {
      for (const chunk of chunks) take(chunk);
      return false;
    } catch {
      return true;
    }
  };
  const part = fc.oneof(
    fc.constantFrom(message("E", "SX\0\0"), message("Z", "I"), Buffer.from("E\0\0\0\x08")),
    fc.uint8Array({ maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const bytes = Buffer.concat(parts);
      const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
      expect(refuses([bytes])).toBe(refuses(single));
    }),
  );
});
