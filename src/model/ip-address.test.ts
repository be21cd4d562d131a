import { isIP } from "node:net";
import fc from "fast-check";
import { expect, it } from "vitest";
import { addressFamily, canonicalAddress } from "./ip-address.ts";

it.each([
  ["127.0.0.1", "127.0.0.1", 4],
  ["::1", "::1", 6],
  ["0:0:0:0:0:0:0:1", "::1", 6],
  ["2001:0DB8::00ff", "2001:db8::ff", 6],
  ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", 6],
  ["::ffff:192.0.2.1", "::ffff:c000:201", 6],
])("canonicalAddress() writes %s as %s", (text, canonical, family) => {
  expect(canonicalAddress(text)).toBe(canonical);
  expect(addressFamily(text)).toBe(family);
});

it.each([
  "",
  "1.2.3",
  "1.2.3.256",
  "01.2.3.4",
  "0x7f.0.0.1",
  "1.2.3.4.",
  ":",
  ":::",
  "::1::",
  "g::1",
])("canonicalAddress() knows that %j is no address", (text) => {
  expect([canonicalAddress(text), addressFamily(text)]).toEqual([null, null]);
});

it("canonicalAddress() takes what Node takes, and writes it in one way", () => {
  const hostile = fc.string({
    unit: fc.constantFrom("0", "1", "f", "F", ":", "::", ".", "]", "%"),
  });
  fc.assert(
    fc.property(fc.oneof(fc.ipV6(), fc.ipV4(), hostile), (text) => {
      const canonical = canonicalAddress(text);
      const family = text.includes("%") ? 0 : isIP(text);
      expect(addressFamily(text) ?? 0).toBe(family);
      if (canonical === null) return;
      expect(canonicalAddress(canonical)).toBe(canonical);
      expect(canonicalAddress(text.toUpperCase())).toBe(canonical);
    }),
  );
});
