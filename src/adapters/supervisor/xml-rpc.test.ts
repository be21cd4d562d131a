import fc from "fast-check";
import { expect, it } from "vitest";
import { fault } from "../../../test/support/rpc-server.ts";
import { readAnswer, writeCall, type XmlRpcValue } from "./xml-rpc.ts";
import { XmlError } from "./xml.ts";

function answerWith(value: string): string {
  return `<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value>${value}</value>\n</param>\n</params>\n</methodResponse>`;
}

it("writeCall() writes a method and its parameters", () => {
  expect(writeCall("supervisor.startProcess", ["a<b>&c", true, 7])).toBe(
    '<?xml version="1.0"?><methodCall><methodName>supervisor.startProcess</methodName><params>' +
      "<param><value><string>a&#60;b&#62;&#38;c</string></value></param>" +
      "<param><value><boolean>1</boolean></value></param>" +
      "<param><value><int>7</int></value></param></params></methodCall>",
  );
});

it.each<[XmlRpcValue, string]>([
  [2 ** 31 - 1, "<int>2147483647</int>"],
  [2 ** 31, "<double>2147483648</double>"],
  [-(2 ** 31), "<int>-2147483648</int>"],
  [0.5, "<double>0.5</double>"],
  [null, "<nil/>"],
  [new Uint8Array([1, 2, 3]), "<base64>AQID</base64>"],
  [["x"], "<array><data><value><string>x</string></value></data></array>"],
  [
    { "a&": "x" },
    "<struct><member><name>a&#38;</name><value><string>x</string></value></member></struct>",
  ],
])("writeCall() writes %j as %s", (value, expected) => {
  expect(writeCall("m", [value])).toContain(`<value>${expected}</value>`);
});

it.each([["\0"], ["\u001b"], ["\ud800"], ["\uffff"], [NaN], [Infinity]])(
  "writeCall() refuses %j, which XML cannot carry",
  (value) => {
    expect(() => writeCall("m", [value])).toThrow(RangeError);
  },
);

it.each<[string, XmlRpcValue]>([
  ["plain", "plain"],
  ["<string>&lt;x&gt; &amp; y</string>", "<x> & y"],
  ["<string/>", ""],
  ["<string><![CDATA[a<b]]></string>", "a<b"],
  ["<int>-7</int>", -7],
  ["<i4> 42 </i4>", 42],
  ["<i8>9007199254740991</i8>", Number.MAX_SAFE_INTEGER],
  ["<boolean>1</boolean>", true],
  ["<boolean>0</boolean>", false],
  ["<double>-1.5e3</double>", -1500],
  ["<base64>AQ\nID</base64>", new Uint8Array([1, 2, 3])],
  ["<dateTime.iso8601>20260101T00:00:00</dateTime.iso8601>", "20260101T00:00:00"],
  ["<nil/>", null],
  ["<array><data>\n<value><int>1</int></value>\n<value>two</value>\n</data></array>", [1, "two"]],
  ["<struct></struct>", {}],
  ["<struct><member><name>a</name><value><int>1</int></value></member></struct>", { a: 1 }],
])("readAnswer() reads %s", (value, expected) => {
  expect(readAnswer(answerWith(value))).toEqual({ value: expected });
});

it("readAnswer() takes a member of any name as data", () => {
  const member = "<member><name>__proto__</name><value><struct></struct></value></member>";
  const { value } = readAnswer(answerWith(`<struct>${member}</struct>`)) as { value: object };
  expect(Object.keys(value)).toEqual(["__proto__"]);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

it("readAnswer() reads a fault", () => {
  expect(readAnswer(fault(10, "BAD_NAME: nope &amp; more"))).toEqual({
    fault: { code: 10, text: "BAD_NAME: nope & more" },
  });
});

it.each([
  ["<html><body>nginx</body></html>"],
  ["<methodResponse/>"],
  ["<methodResponse><other/></methodResponse>"],
  ["<methodResponse><params/></methodResponse>"],
  ["<methodResponse><params><param/></params></methodResponse>"],
  ["<methodResponse><fault><value>text</value></fault></methodResponse>"],
  ["<methodResponse><fault><value><nil/></value></fault></methodResponse>"],
  ["<methodResponse><fault><value><struct/></value></fault></methodResponse>"],
  [answerWith("<int>1.5</int>")],
  [answerWith("<int></int>")],
  [answerWith("<int>0x10</int>")],
  [answerWith("<int>9007199254740993</int>")],
  [answerWith("<boolean>true</boolean>")],
  [answerWith("<double>nan</double>")],
  [answerWith("<double>1e999</double>")],
  [answerWith("<base64>!</base64>")],
  [answerWith("<unknown>1</unknown>")],
  [answerWith("<int>1</int><int>2</int>")],
  [answerWith("<array><value/></array>")],
  [answerWith("<array><data><int>1</int></data></array>")],
  [answerWith("<struct><member><value/><name/></member></struct>")],
  [answerWith("<struct><member><name>a</name></member></struct>")],
])("readAnswer() refuses %s", (text) => {
  expect(() => readAnswer(text)).toThrow(XmlError);
});

const writable = fc.string({ unit: "grapheme" });
const { value: anyValue } = fc.letrec<{ value: XmlRpcValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    writable,
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0 || 0),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array(),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(writable, tie("value"), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

it("readAnswer() reads back whatever writeCall() writes", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const [, params = ""] = /(<params>.*<\/params>)/su.exec(writeCall("m", [value])) ?? [];
      expect(readAnswer(`<methodResponse>${params}</methodResponse>`)).toEqual({ value });
    }),
  );
});

const tag = fc.constantFrom(
  ...["value", "struct", "member", "name", "array", "data", "int", "string", "double", "nil"],
  ...["base64", "boolean", "param", "params", "fault", "methodResponse", "dateTime.iso8601"],
);
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom("0", "1", "&amp;", "x", "-", "1e5", "&bad;"),
    fc
      .tuple(tag, fc.array(tie("element"), { maxLength: 3 }))
      .map(([name, children]) => `<${name}>${children.join("")}</${name}>`),
  ),
}));

it("readAnswer() gives an answer or an XmlError, whatever the XML", () => {
  fc.assert(
    fc.property(fc.oneof(element, element.map(answerWith)), (text) => {
      try {
        expect(readAnswer(text)).toBeTypeOf("object");
      } catch (error) {
        expect(error).toBeInstanceOf(XmlError);
      }
    }),
  );
});
