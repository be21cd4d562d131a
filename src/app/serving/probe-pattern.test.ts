import fc from "fast-check";
import { expect, it } from "vitest";
import { expressionOf } from "../../model/pattern-option.ts";
import { goPattern } from "./probe-pattern.ts";
import { Unfit } from "./probe-reading.ts";

function read(text: unknown): RegExp {
  return expressionOf(goPattern(text, "at", []));
}

it.each([
  ["(?i)ok", "all OK", true],
  ["ok", "all OK", false],
  ["(?is)a.b", "A\nB", true],
  ["a.b", "a\nb", false],
  ["a.b", "a\rb", true],
  ["(?m)^b$", "a\nb", true],
  ["\\Ab", "a\nb", false],
  ["(?m)\\Ab", "a\nb", false],
  ["b\\z", "ab", true],
  ["(?m)a\\z", "a\nb", false],
  ["(?P<word>o)k", "ok", true],
  ["^+OK", "OK", true],
  ["^+OK", "+OK", false],
  ["[]x]", "]", true],
  ["[^]x]", "]", false],
  ["[[:digit:]_]+z", "1_2z", true],
  ["[^[:space:]]", " ", false],
  ["\\pL\\pN", "é1", true],
  ["\\p{Greek}", "α", true],
  ["\\P{Greek}", "α", false],
  ["[\\p{^Lu}]", "A", false],
  ["\\pL\\-\\@[\\-\\@]", "a-@-", true],
  ["\\.\\(\\[", ".([", true],
  ["a{2,3}", "aa", true],
  ["x*", "", true],
])("goPattern() takes %j, and finds it in %j: %s", (pattern, text, isThere) => {
  expect(read(pattern).test(text)).toBe(isThere);
});

it.each([
  "(",
  "[a",
  "a**",
  "(?U)a",
  "\\Qa.b\\E",
  "[[:nope:]]",
  "[[:^digit:]]",
  "\\p{Nope}",
  5,
  null,
])("goPattern() refuses %j", (text) => {
  expect(() => read(text)).toThrow(Unfit);
});

it("goPattern() reads or refuses whatever it is given", () => {
  const pieces = fc
    .array(fc.constantFrom(..."ab[]^\\pAzQ{}()?P<>:.+*-$1,iU ".split(""), "[:digit:]"), {
      maxLength: 14,
    })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.oneof(pieces, fc.string()), (text) => {
      try {
        expect(read(text)).toBeInstanceOf(RegExp);
      } catch (error) {
        expect(error).toBeInstanceOf(Unfit);
      }
    }),
  );
});
