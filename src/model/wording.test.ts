import fc from "fast-check";
import { expect, it } from "vitest";
import { closest, quoted } from "./wording.ts";

it("quoted() puts text into double quotes on one line, and escapes what a terminal would act on", () => {
  expect(quoted('say "hi"\n')).toBe(String.raw`"say \"hi\"\n"`);
  expect(quoted("\u001B[2J\u009B\u202E\u2028\uD83D")).toBe(
    String.raw`"\u001b[2J\u009b\u202e\u2028\ud83d"`,
  );
  expect(quoted("\u{1FFFE}")).toBe(String.raw`"\u{1fffe}"`);
  expect(quoted("é😀")).toBe('"é😀"');
});

it("quoted() cuts long text", () => {
  expect(quoted("x".repeat(80))).toBe(`"${"x".repeat(80)}"`);
  expect(quoted("x".repeat(81))).toBe(`"${"x".repeat(80)}…"`);
});

it.each([
  ["http://user:secret@host/x", '"http://***@host/x"'],
  ["HTTPS://user:secret@host", '"HTTPS://***@host"'],
  ["http:user:secret@host", '"http:***@host"'],
  ["http:\\user:secret@host", String.raw`"http:\\***@host"`],
  ["//user:secret@host", '"//***@host"'],
  [" http://user:secret@host", '" http://***@host"'],
  ["user:secret@host", '"user:***@host"'],
  ["http://user:sec/r@e#t?@host:bad", '"http://***@host:bad"'],
  ["see http://user:secret@host", '"***@host"'],
  ["http://secret@host", '"http://***@host"'],
  ["http://host/path", '"http://host/path"'],
  ["someone@host", '"someone@host"'],
  ["a@b:c", '"a@b:c"'],
])("quoted() shows %j as %s", (text, expected) => {
  expect(quoted(text)).toBe(expected);
});

it("quoted() never shows the password of a URL, nor a character to act on", () => {
  const noise = fc
    .array(fc.oneof(fc.constantFrom(0x40, 0x3a, 0x2f, 0x5c), fc.nat(0xffff)), { maxLength: 5 })
    .map((codes) => String.fromCharCode(...codes));
  const scheme = fc.constantFrom("http://", "https:", "", "//", "\\\\", "x-y+z.1:", " http://");
  fc.assert(
    fc.property(scheme, noise, noise, noise, (start, user, more, host) => {
      const got = quoted(`${start}${user}:${more}hunter2${more}@${host}`);
      expect(got).not.toContain("hunter2");
      expect(got).toMatch(/^"[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*"$/u);
    }),
  );
});

const FIELDS = ["name", "url", "expected_status", "timeout"];

it.each([
  ["expectedStatus", "expected_status"],
  ["expected-status", "expected_status"],
  ["EXPECTED STATUS", "expected_status"],
  ["expect_status", "expected_status"],
  ["expected_sttaus", "expected_status"],
  ["nmae", "name"],
  ["Name", "name"],
  ["uri", "url"],
  ["time_out", "timeout"],
  ["timout", "timeout"],
  ["interval", null],
  ["id", null],
  ["", null],
  ["__proto__", null],
])("closest() takes %j for %j", (word, expected) => {
  expect(closest(word, FIELDS)).toBe(expected);
});

it("closest() prefers the candidate with fewer slips, whatever their order", () => {
  expect(closest("service.json", ["servers.json", "services.json"])).toBe("services.json");
  expect(closest("service.json", ["services.json", "servers.json"])).toBe("services.json");
});

it("closest() finds a word with one slip, and none among words without a common letter", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 3, maxLength: 9 });
  fc.assert(
    fc.property(word, fc.nat(), (meant, anywhere) => {
      const at = anywhere % meant.length;
      const rest = meant.slice(at + 1);
      expect(closest(meant.slice(0, at) + rest, [meant])).toBe(meant);
      expect(closest(`${meant.slice(0, at)}x${rest}`, [meant])).toBe(meant);
      expect(closest(`${meant.slice(0, at)}x${meant.slice(at)}`, [meant])).toBe(meant);
      expect(closest(meant, ["x".repeat(meant.length)])).toBeNull();
    }),
  );
});
