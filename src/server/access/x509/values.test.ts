import { describe, expect, it } from "vitest";
import { DerError, Element } from "./der.ts";
import { integerHex, oidText, textOf, timeMs } from "./values.ts";

function element(tag: number, content: Buffer | string): Element {
  const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : content;
  return new Element(Buffer.concat([Buffer.from([tag, bytes.length]), bytes]), 0);
}

const hex = (digits: string): Buffer => Buffer.from(digits, "hex");

describe("oidText()", () => {
  it.each([
    ["550403", "2.5.4.3"],
    ["2a864886f70d01010b", "1.2.840.113549.1.1.11"],
    ["0992268993f22c640101", "0.9.2342.19200300.100.1.1"],
    ["883703", "2.999.3"],
    ["28", "1.0"],
  ])("reads %s as %s", (digits, expected) => {
    expect(oidText(element(6, hex(digits)))).toBe(expected);
  });

  it.each(["", "5580", "558003"])("refuses %j", (digits) => {
    expect(() => oidText(element(6, hex(digits)))).toThrow(DerError);
  });
});

describe("timeMs()", () => {
  it.each([
    [0x17, "491231235959Z", "2049-12-31T23:59:59Z"],
    [0x17, "500101000000Z", "1950-01-01T00:00:00Z"],
    [0x18, "20500101000000Z", "2050-01-01T00:00:00Z"],
    [0x18, "99991231235959Z", "9999-12-31T23:59:59Z"],
  ])("reads %i %s", (tag, text, iso) => {
    expect(timeMs(element(tag, text))).toBe(Date.parse(iso));
  });

  it.each([
    [0x17, "4912312359Z"],
    [0x17, "491231235959+0100"],
    [0x17, "490231235959Z"],
    [0x18, "20501301000000Z"],
    [0x18, "20500101000000.5Z"],
    [0x18, "20500101240000Z"],
    [0x04, "20500101000000Z"],
  ])("refuses %i %s", (tag, text) => {
    expect(() => timeMs(element(tag, text))).toThrow(DerError);
  });
});

describe("integerHex()", () => {
  it("leaves zeros before it out", () => {
    expect(integerHex(element(2, hex("00ff01")))).toBe("ff01");
    expect(integerHex(element(2, hex("00")))).toBe("0");
  });

  it("refuses nothing, and something else", () => {
    expect(() => integerHex(element(2, ""))).toThrow(DerError);
    expect(() => integerHex(element(4, hex("01")))).toThrow(DerError);
  });
});

describe("textOf()", () => {
  it.each([
    ["UTF-8", 0x0c, Buffer.from("Müller"), "Müller"],
    ["UTF-8 with a mark of its order", 0x0c, Buffer.from("\uFEFFa"), "\uFEFFa"],
    ["Latin-1", 0x14, hex("fc"), "ü"],
    ["UTF-16", 0x1e, hex("004100fc"), "Aü"],
    ["ASCII", 0x13, Buffer.from("ops"), "ops"],
  ])("reads %s", (_, tag, bytes, expected) => {
    expect(textOf(element(tag, bytes))).toBe(expected);
  });

  it.each([
    ["broken UTF-8", 0x0c, hex("ff")],
    ["more than ASCII", 0x13, hex("fc")],
    ["half a character", 0x1e, hex("00")],
    ["half of a pair", 0x1e, hex("d800")],
    ["no text", 0x02, hex("01")],
  ])("gives null for %s", (_, tag, bytes) => {
    expect(textOf(element(tag, bytes))).toBeNull();
  });
});
