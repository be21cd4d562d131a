import fc from "fast-check";
import { expect, it } from "vitest";
import { parseXml, XmlError } from "./xml.ts";

it("parseXml() gives elements, their text and their order", () => {
  expect(parseXml('<?xml version="1.0"?>\n<a x="1"><b>one</b>t<c/><b >two</b\n></a>\n')).toEqual({
    name: "a",
    text: "t",
    children: [
      { name: "b", text: "one", children: [] },
      { name: "c", text: "", children: [] },
      { name: "b", text: "two", children: [] },
    ],
  });
});

it.each([
  ["&lt;&gt;&amp;&quot;&apos;", "<>&\"'"],
  ["&#65;&#x42;&#X43;&#128512;", "ABC😀"],
  ["&amp;lt;", "&lt;"],
  ["a<!-- <b> & -->c", "ac"],
  ["<![CDATA[<b>&amp;]]>", "<b>&amp;"],
  ["\u0007\u001b[0m]]>", "\u0007\u001b[0m]]>"],
])("parseXml() reads %j as the text %j", (text, expected) => {
  expect(parseXml(`<a>${text}</a>`)).toMatchObject({ text: expected, children: [] });
});

it.each([
  ["", "no element"],
  ["plain text", "outside"],
  ["<a>", "ends within an element"],
  ["<a></b>", "not closed"],
  ["</a>", "not closed"],
  ["<a></a><b/>", "second root"],
  ["<a/>text", "outside"],
  ["<a", "ends within a tag"],
  ["<a></a x='1'>", "closing tag"],
  ["<>x</>", "no name"],
  ["<1/>", "no name"],
  ["<a&b/>", "malformed"],
  ["<a><!-- x</a>", "comment"],
  ["<a><![CDATA[ x</a>", "section"],
  ["<a>&unknown;</a>", "unknown entity"],
  ["<a>&constructor;</a>", "unknown entity"],
  ["<a>a & b</a>", "unknown entity"],
  ["<a>&#0;</a>", "unknown entity"],
  ["<a>&#xD800;</a>", "unknown entity"],
  ["<a>&#x110000;</a>", "unknown entity"],
  ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "document type"],
  ['<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "document type"],
])("parseXml() refuses %j: %s", (text, reason) => {
  expect(() => parseXml(text)).toThrow(XmlError);
  expect(() => parseXml(text)).toThrow(reason);
});

it("parseXml() refuses a bomb of entities before anything grows", () => {
  const levels = Array.from(
    { length: 30 },
    (_, n) => `<!ENTITY e${String(n + 1)} "&e${String(n)};&e${String(n)};">`,
  );
  const bomb = `<!DOCTYPE a [<!ENTITY e0 "ha">${levels.join("")}]><a>&e30;</a>`;
  expect(() => parseXml(bomb)).toThrow("document type");
});

it("parseXml() takes 32 levels and no more", () => {
  const nested = (depth: number): string => "<a>".repeat(depth) + "</a>".repeat(depth);
  expect(parseXml(nested(32))).toMatchObject({ name: "a" });
  expect(() => parseXml(nested(33))).toThrow("too deep");
  expect(() => parseXml("<a>".repeat(1_000_000))).toThrow("too deep");
});

it("parseXml() takes a limited number of elements", () => {
  expect(() => parseXml(`<a>${"<b/>".repeat(400_000)}</a>`)).toThrow("too many elements");
});

const piece = fc.oneof(
  fc.constantFrom(
    "<a>",
    "</a>",
    "<a/>",
    "<",
    ">",
    "&",
    "&amp;",
    "&#x41;",
    "<!--",
    "-->",
    "<![CDATA[",
  ),
  fc.constantFrom("]]>", "<!DOCTYPE", "<?", "?>", "<value>", "</value>", " ", "/", "'", "="),
  fc.string({ unit: "binary" }),
);
const hostileXml = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(""));

it("parseXml() gives an element or an XmlError, whatever the text", () => {
  fc.assert(
    fc.property(hostileXml, (text) => {
      try {
        expect(parseXml(text).name).toMatch(/^[a-z_][\w.:-]*$/iu);
      } catch (error) {
        expect(error).toBeInstanceOf(XmlError);
      }
    }),
  );
});
