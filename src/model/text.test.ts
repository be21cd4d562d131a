import fc from "fast-check";
import { expect, it } from "vitest";
import {
  decimalSeconds,
  displayWidth,
  printable,
  replaceUnsafe,
  singleLine,
  truncate,
  wrap,
} from "./text.ts";

const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "\u001B[31m",
        "\u0000",
        "\r\n",
        "\u2028",
        "\u202E",
        "\uD800",
        "e\u0301",
        "图",
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.nat(0xffff).map((unit) => String.fromCharCode(unit)),
    ),
  )
  .map((parts) => parts.join(""));

it("printable() shows that an escape sequence was there, and disarms it", () => {
  expect(printable("a\u001B[31mb\u009B2Jc\u007F\u0000")).toBe("a\uFFFD[31mb\uFFFD2Jc\uFFFD\uFFFD");
});

it("printable() makes one newline of every kind of line break and keeps tabs", () => {
  expect(printable("a\r\nb\rc\nd\u0085e\u2028f\u2029g\vh\fi\tj")).toBe(
    "a\nb\nc\nd\ne\nf\ng\nh\ni\tj",
  );
});

it("printable() replaces bidirectional overrides, lone surrogates and what is no character", () => {
  expect(printable("\u202Egnp\u2066\u200F")).toBe("\uFFFDgnp\uFFFD\uFFFD");
  expect(printable("\uD800a\uDC00")).toBe("\uFFFDa\uFFFD");
  expect(printable("\uFFFE\uFFFF\u{1FFFE}")).toBe("\uFFFD\uFFFD\uFFFD");
});

it("printable() leaves what people write as it is", () => {
  const text = "Prüfung: 图像 👩‍👩‍👧 e\u0301 – ‘ok’ नमस्ते \uFFFD";
  expect(printable(text)).toBe(text);
});

it("singleLine() makes one space of each run of white space", () => {
  expect(singleLine("  a \t\r\n b\u00A0\u3000c\n")).toBe("a b c");
});

it("replaceUnsafe() hands over whole code points and lone surrogates", () => {
  const seen: string[] = [];
  replaceUnsafe("a\u001B\u{1FFFE}\uD800b", (character) => {
    seen.push(character);
    return "";
  });
  expect(seen).toEqual(["\u001B", "\u{1FFFE}", "\uD800"]);
});

it("singleLine() and printable() leave no control character in any text, and change nothing twice", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(singleLine(text)).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
      expect(printable(text).replace(/[\n\t]/gu, "")).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(singleLine(singleLine(text))).toBe(singleLine(text));
      expect(printable(printable(text))).toBe(printable(text));
      expect(printable(text).isWellFormed()).toBe(true);
    }),
  );
});

it.each([
  ["", 0],
  ["plain", 5],
  ["é", 1],
  ["e\u0301", 1],
  ["\u0301", 0],
  ["图像", 4],
  ["ＡＢ", 4],
  ["한국", 4],
  ["👍", 2],
  ["👩‍👩‍👧", 2],
  ["❤️", 2],
  ["✓ ✗ … –", 7],
])("displayWidth(%j) is %i columns", (text, columns) => {
  expect(displayWidth(text)).toBe(columns);
});

it("truncate() cuts only what is too wide, and marks it", () => {
  expect(truncate("abcdef", 6)).toBe("abcdef");
  expect(truncate("abcdef", 5)).toBe("abcd…");
  expect(truncate("ab cdef", 4)).toBe("ab…");
  expect(truncate("图像服务", 6)).toBe("图像…");
  expect(truncate("abc", 1)).toBe("…");
});

it("truncate() never goes beyond the columns", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 30 }), (text, columns) => {
      expect(displayWidth(truncate(singleLine(text), columns))).toBeLessThanOrEqual(columns);
    }),
  );
});

it("wrap() breaks at spaces, and a long word where the line ends", () => {
  expect(wrap("connection refused by 127.0.0.1:81", 18)).toEqual([
    "connection refused",
    "by 127.0.0.1:81",
  ]);
  expect(wrap("see abcdefghij now", 5)).toEqual(["see", "abcde", "fghij", "now"]);
  expect(wrap("图像服务", 5)).toEqual(["图像", "服务"]);
  expect(wrap("", 5)).toEqual([""]);
});

it("wrap() loses nothing but spaces and never goes beyond the columns", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 30 }), (text, columns) => {
      const line = singleLine(text);
      const lines = wrap(line, columns);
      expect(lines.join("").replaceAll(" ", "")).toBe(line.replaceAll(" ", ""));
      for (const part of lines) expect(displayWidth(part)).toBeLessThanOrEqual(columns);
    }),
  );
});

it("wrap() takes a word of 200,000 characters", () => {
  expect(wrap("x".repeat(200_000), 10)).toHaveLength(20_000);
});

it.each([
  [0, "0"],
  [12, "0.012"],
  [12.3456789, "0.012346"],
  [0.0004, "0"],
  [1000, "1"],
  [10_000, "10"],
  [61_500, "61.5"],
])("decimalSeconds(%d) is %s", (durationMs, text) => {
  expect(decimalSeconds(durationMs)).toBe(text);
});
