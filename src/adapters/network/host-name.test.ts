import { isIP } from "node:net";
import fc from "fast-check";
import { expect, it } from "vitest";
import { literalAddress, malformedName, nameProblem } from "./host-name.ts";

it.each([
  ["127.0.0.1", { address: "127.0.0.1", family: 4 }],
  ["::1", { address: "::1", family: 6 }],
  ["[::1]", { address: "::1", family: 6 }],
  ["[::ffff:10.0.0.1]", { address: "::ffff:10.0.0.1", family: 6 }],
  ["[127.0.0.1]", null],
  ["fe80::1%eth0", null],
  ["[fe80::1%eth0]", null],
  ["127.0.0.256", null],
  ["[::1", null],
  ["", null],
  ["db", null],
])("literalAddress() of %j is %j", (hostname, expected) => {
  expect(literalAddress(hostname)).toEqual(expected);
});

it.each([
  ["fe80::1%eth0", "an IPv6 zone id is not supported"],
  ["[fe80::1%25eth0]", "an IPv6 zone id is not supported"],
  ["[::1", "it is not an IPv6 address"],
  ["", "it is empty"],
  [".", "it is empty"],
  ["a..b", "nothing stands between two of its dots, or before the first one"],
  [".a", "nothing stands between two of its dots, or before the first one"],
  ["a..", "nothing stands between two of its dots, or before the first one"],
  [`${"a".repeat(64)}.example`, "a part between its dots is longer than 63 characters"],
  ["a.".repeat(127), null],
  [`${"a.".repeat(127)}a`, "it is longer than 253 characters"],
  ["a b", "a character of it may not be in the name of a host"],
  ["bücher.example", "a character of it may not be in the name of a host"],
  ["a\0b", "a character of it may not be in the name of a host"],
  ["a\\b", "a character of it may not be in the name of a host"],
  ["xn--bcher-kva.example", null],
  ["my_service-1.example.", null],
  ["a".repeat(63), null],
])("nameProblem() of %j is %j", (name, expected) => {
  expect(nameProblem(name)).toBe(expected);
});

it("malformedName() blames the target, and shows the name in one short line", () => {
  const error = malformedName(`a\nb${"c".repeat(1_000)}`, "it is bad");

  expect(error.message).toMatch(/^malformed host name 'a bc{77}…': it is bad$/u);
  expect(error.blame).toBe("target");
});

const pieces = fc.constantFrom(
  "a",
  "xn--",
  "-",
  "_",
  ".",
  ":",
  "%",
  "[",
  "]",
  "1",
  "255",
  "ü",
  "\0",
);
const hostileText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.ipV6(),
  fc.array(pieces, { maxLength: 300 }).map((parts) => parts.join("")),
);

it("literalAddress() and nameProblem() have an answer to any text", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const literal = literalAddress(text);
      if (literal !== null) expect(isIP(literal.address)).toBe(literal.family);
      else if (nameProblem(text) === null) expect(text).toMatch(/^[\w.-]{1,254}$/u);
      else expect(malformedName(text, "").message.length).toBeLessThan(200);
    }),
  );
});
