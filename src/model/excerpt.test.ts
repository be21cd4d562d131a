import fc from "fast-check";
import { expect, it } from "vitest";
import { excerpt, quotedExcerpt } from "./excerpt.ts";

it.each([
  ["ok", "ok"],
  ["  two\r\n lines\t", "two lines"],
  ["a\u001b[31m", "a\uFFFD[31m"],
  ["0123456789", "0123456789"],
  ["0123456789a", "012345678…"],
  ["012345678\u{1F600}", "012345678…"],
  ["01234567\u{1F600}a", "01234567\uFFFD…"],
  ["", ""],
])("excerpt() shows %j as %j", (text, shown) => {
  expect(excerpt(text, 10)).toBe(shown);
});

it("excerpt() says that there is more, also behind white space", () => {
  expect(excerpt(`${" ".repeat(100)}x`, 10)).toBe("…");
});

it("excerpt() is one printable line of at most 200 characters, whatever comes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), (text) => {
      const line = excerpt(text);
      expect(line.length).toBeLessThanOrEqual(200);
      expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
  );
});

it("quotedExcerpt() puts the excerpt in quotes", () => {
  expect(quotedExcerpt("x".repeat(90))).toBe(`"${"x".repeat(79)}…"`);
});
