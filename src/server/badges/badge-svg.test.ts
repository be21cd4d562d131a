import { XMLParser } from "fast-xml-parser";
import fc from "fast-check";
import { expect, it } from "vitest";
import { badgeSvg, COLORS, type Badge } from "./badge-svg.ts";
import { textWidth } from "./text-width.ts";

interface Read {
  readonly svg: {
    readonly title: string;
    readonly "@_aria-label": string;
    readonly "@_role": string;
    readonly "@_width": string;
    readonly path: readonly { readonly "@_d": string }[];
    readonly g: { readonly text: readonly { readonly "#text": string; readonly "@_x": string }[] };
  };
}

const parser = new XMLParser({
  ignoreAttributes: false,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
});

function read(badge: Badge): Read["svg"] {
  const svg = badgeSvg(badge);
  expect(svg).toMatch(WELL_FORMED);
  return (parser.parse(svg) as Read).svg;
}

/** Tags with quoted attributes, and text, in which nothing stands that would have to be escaped. */
const WELL_FORMED =
  /^(?:<\/?[a-z]+(?: [a-z-]+="(?:[^"<&]|&(?:amp|lt|gt|quot|#39);)*")*\/?>(?:[^<>&]|&(?:amp|lt|gt|quot|#39);)*)+$/iu;

const HOSTILE = [
  `"><script>alert(1)</script>`,
  "</title></svg>",
  "]]>&amp;&#0;",
  "a\0b\x1b[31m\u202Egnp",
  "\uD800 half",
  "\uFFFE\uFFFF",
  "' onload='alert(1)",
  "x".repeat(10_000),
  "データベース 🎉 é",
  "",
];
const texts = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.array(fc.nat(0xffff)).map((codes) => String.fromCharCode(...codes)),
);
const badges = fc.record({
  label: texts,
  value: texts,
  tone: fc.constantFrom("good", "fair", "bad", "unknown"),
});

it("badgeSvg() says what it shows, also to who cannot see it", () => {
  const svg = read({ label: "nginx <web> & 'co'", value: "healthy", tone: "good" });
  expect(svg["@_role"]).toBe("img");
  expect(svg.title).toBe("nginx <web> & 'co': healthy");
  expect(svg["@_aria-label"]).toBe(svg.title);
  expect(svg.g.text.map((text) => text["#text"])).toEqual(["nginx <web> & 'co'", "healthy"]);
});

it("badgeSvg() is well-formed and holds nothing but shapes and text, whatever it is given", () => {
  fc.assert(
    fc.property(badges, (badge) => {
      const { g, path, ...rest } = read(badge);
      expect(Object.keys(rest).filter((key) => !key.startsWith("@_"))).toEqual(["title"]);
      expect(Object.keys(g).filter((key) => !key.startsWith("@_"))).toEqual(["text"]);
      expect([path.length, g.text.length]).toEqual([2, 2]);
      // What XML 1.0 has no way to write.
      // eslint-disable-next-line no-control-regex -- That is what must not be there.
      expect(badgeSvg(badge)).not.toMatch(/[\0-\x1f\x7f-\x9f\uFFFE\uFFFF\u202E]|\p{Cs}/u);
    }),
  );
});

it("badgeSvg() is as wide as what it says, within a limit", () => {
  const narrow = Number(read({ label: "i", value: "l", tone: "bad" })["@_width"]);
  const wide = Number(read({ label: "WWWW", value: "mmmm", tone: "bad" })["@_width"]);
  expect(narrow).toBeLessThan(wide);
  const text = "W".repeat(10_000);
  expect(Number(read({ label: text, value: text, tone: "bad" })["@_width"])).toBeLessThan(3_000);
});

it("badgeSvg() begins the second text behind the first part", () => {
  const label = "nginx-web";
  const [first, second] = read({ label, value: "healthy", tone: "good" }).g.text;
  expect(Number(first?.["@_x"])).toBe(6);
  expect(Number(second?.["@_x"])).toBe(textWidth(label) + 18);
});

it.each(Object.entries(COLORS))("the color %s is dark enough for white text", (_, color) => {
  expect(1.05 / (luminance(color) + 0.05)).toBeGreaterThanOrEqual(4.5);
});

it("textWidth() adds up, and gives no width to marks", () => {
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      const apart = textWidth(one) + textWidth(other);
      expect(Math.abs(textWidth(`${one} ${other}`) - apart - 4)).toBeLessThanOrEqual(3);
    }),
  );
  expect(textWidth("e\u0301")).toBe(textWidth("e"));
  // As a browser measures it in Verdana of 11 pixels.
  expect(textWidth("healthy")).toBe(41);
});

// As WCAG 2 has it.
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
