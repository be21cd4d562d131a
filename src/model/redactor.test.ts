import fc from "fast-check";
import { expect, it } from "vitest";
import { redactor } from "./redactor.ts";

it.each([
  [["hunter2", "hunter22"], "hunter22 and hunter2", "*** and ***"],
  [["hunter22", "hunter2"], "hunter22 and hunter2", "*** and ***"],
  [["abcdef", "defghi"], "abcdefghi", "***"],
  [["abab"], "ababab", "***"],
  [["demo"], "democracy", "***cracy"],
  [["7"], "exit code 7, 17, 7a, v7_", "exit code ***, 17, 7a, v7_"],
  [["a.c"], "abc a.c", "abc ***"],
  [['p"w\n1'], String.raw`{"echo":"p\"w\n1"}`, '{"echo":"***"}'],
  [["a b/c"], "http://h/?q=a%20b%2Fc", "http://h/?q=***"],
  [["$&$&"], "as $&$& is", "as *** is"],
  [["", "x"], "text x", "text ***"],
  [[], "as it was", "as it was"],
])("redactor() of %j makes of %j: %j", (secrets, text, shown) => {
  expect(redactor(secrets)(text)).toBe(shown);
});

it("redactor() leaves no secret of 4 characters or more in any text", () => {
  const piece = fc.string({ unit: fc.constantFrom("a", "b", "é", '"', "\\"), maxLength: 9 });
  const secret = fc.string({
    unit: fc.constantFrom("a", "b", "é", '"', "\\"),
    minLength: 4,
    maxLength: 6,
  });
  fc.assert(
    fc.property(fc.array(secret, { maxLength: 4 }), fc.array(piece), (secrets, pieces) => {
      const text = pieces.map((each, index) => each + (secrets[index] ?? "")).join("");
      const shown = redactor(secrets)(text);
      for (const each of secrets) expect(shown).not.toContain(each);
    }),
  );
});

it("redactor() is quick on a text that is all secret", () => {
  expect(redactor(["aaaa"])("a".repeat(1_048_576))).toBe("***");
});

it("redactor() takes a secret that is no sound text", () => {
  expect(redactor(["\uD800abc"])("x \uD800abc")).toBe("x ***");
});
