import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameText, type DistinguishedName } from "./distinguished-name.ts";
import { NameError, parseName } from "./parse-name.ts";

const CN = "2.5.4.3";
const OU = "2.5.4.11";

/** Any, also halves of those that take two. */
const character = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));

function attribute(oid: string, value: string) {
  return { oid, value, isText: true };
}

describe("parseName()", () => {
  it.each([
    ["CN=alice", [[attribute(CN, "alice")]]],
    ["cn = alice , ou= ops ", [[attribute(CN, "alice")], [attribute(OU, "ops")]]],
    ["2.5.4.3=alice", [[attribute(CN, "alice")]]],
    ["CN=a+OU=b", [[attribute(CN, "a"), attribute(OU, "b")]]],
    [String.raw`CN=a\, b\+c\=d\\`, [[attribute(CN, String.raw`a, b+c=d\ `.trim())]]],
    [String.raw`CN=\ a\ `, [[attribute(CN, " a ")]]],
    [String.raw`CN=a\ ,OU=b`, [[attribute(CN, "a ")], [attribute(OU, "b")]]],
    [String.raw`CN=\#a`, [[attribute(CN, "#a")]]],
    [String.raw`CN=M\C3\BCller`, [[attribute(CN, "Müller")]]],
    ["CN=a=b", [[attribute(CN, "a=b")]]],
    ["CN=🦊", [[attribute(CN, "🦊")]]],
  ])("reads %s", (text, expected) => {
    expect(parseName(text)).toEqual(expected);
  });

  it.each([
    "",
    "alice",
    "CN=",
    "CN=a,",
    "CN=a,,OU=b",
    "=a",
    "XX=a",
    "/O=Example/CN=a",
    "CN=#0403666f6f",
    'CN="a"',
    "CN=a;OU=b",
    "CN=a\\",
    String.raw`CN=\x`,
    String.raw`CN=\FF`,
    "CN=\uD800",
    `CN=${"a".repeat(5_000)}`,
  ])("refuses %j", (text) => {
    expect(() => parseName(text)).toThrow(NameError);
  });

  it("reads any text, or throws a NameError", () => {
    const anything = fc.oneof(
      fc.string({ unit: character, maxLength: 30 }),
      fc.string({ unit: fc.constantFrom("C", "N", "=", ",", "+", "\\", " ", "#", "4", "A", '"') }),
    );
    fc.assert(
      fc.property(anything, (text) => {
        try {
          expect(parseName(`CN=${text}`).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(NameError);
        }
      }),
    );
  });

  it("reads what nameText() writes, whatever the values hold", () => {
    const value = fc
      .string({ minLength: 1, maxLength: 12, unit: character })
      .filter((text) => text.isWellFormed());
    const part = fc.array(
      fc.record({ oid: fc.constantFrom(CN, OU, "1.2.3.4"), value, isText: fc.constant(true) }),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (name: DistinguishedName) => {
        expect(parseName(nameText(name))).toEqual(name.toReversed());
      }),
    );
  });
});

describe("nameText()", () => {
  it("stays on one line, and shows what is not seen", () => {
    const name = [[attribute(CN, "a\nOU=ops\u202e")]];
    expect(nameText(name)).toBe(String.raw`CN=a\0AOU\=ops\E2\80\AE`);
  });

  it("tells what is no text by its bytes", () => {
    expect(nameText([[{ oid: "1.2.3", value: "#0201", isText: false }]])).toBe("1.2.3=#0201");
  });
});
