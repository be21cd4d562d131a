import { parseXml, XmlError, type XmlElement } from "./xml.ts";

/** A value of XML-RPC. A date is text, as it was sent; `base64` is bytes. */
export type XmlRpcValue =
  string | number | boolean | null | Uint8Array | readonly XmlRpcValue[] | XmlRpcStruct;

/** A struct of XML-RPC. */
export interface XmlRpcStruct {
  readonly [name: string]: XmlRpcValue;
}

/** What a server answered: a value, or why it would not do what was asked. */
export type XmlRpcAnswer =
  | { readonly value: XmlRpcValue }
  | { readonly fault: { readonly code: number; readonly text: string } };

const INT32_LIMIT = 2 ** 31;

const INTEGER = /^[+-]?\d{1,16}$/u;
const DOUBLE = /^[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:e[+-]?\d{1,3})?$/iu;
const BASE64 = /^[a-z\d+/]*={0,2}$/iu;

/** What XML 1.0 has no way to write: controls, lone surrogates, and two code points that are no characters. */
const UNWRITABLE = /[[\p{Cc}\p{Cs}\uFFFE\uFFFF]--[\t\n\r\u007F-\u009F]]/v;
const ESCAPED = /[&<>\r]/gu;

const READERS: ReadonlyMap<string, (element: XmlElement) => XmlRpcValue> = new Map([
  ["string", ({ text }: XmlElement): XmlRpcValue => text],
  ["int", readInteger],
  ["i4", readInteger],
  ["i8", readInteger],
  ["boolean", readBoolean],
  ["double", readDouble],
  ["base64", readBase64],
  ["dateTime.iso8601", ({ text }: XmlElement): XmlRpcValue => text.trim()],
  ["nil", (): XmlRpcValue => null],
  ["array", readArray],
  ["struct", readStruct],
]);

/**
 * Writes the call of a method.
 *
 * @param method - Such as `supervisor.getAllProcessInfo`.
 * @param parameters - In the order in which the method takes them.
 * @returns A whole document of XML.
 * @throws {@link RangeError} When a text holds what XML cannot carry, or a number is not finite.
 */
export function writeCall(method: string, parameters: readonly XmlRpcValue[]): string {
  const params = parameters.map((value) => `<param>${writeValue(value)}</param>`).join("");
  const name = `<methodName>${escaped(method)}</methodName>`;
  return `<?xml version="1.0"?><methodCall>${name}<params>${params}</params></methodCall>`;
}

/**
 * Reads the answer to a call.
 *
 * @param text - A whole document of XML.
 * @returns The value or the fault.
 * @throws {@link XmlError} When it is no answer of XML-RPC.
 */
export function readAnswer(text: string): XmlRpcAnswer {
  const root = parseXml(text);
  if (root.name !== "methodResponse") throw new XmlError("it is no answer of XML-RPC");
  const answer = only(root);
  if (answer.name === "fault") return { fault: faultOf(readValue(only(answer))) };
  if (answer.name !== "params") throw new XmlError("it is neither a value nor a fault");
  return { value: readValue(only(named(only(answer), "param"))) };
}

function faultOf(value: XmlRpcValue): { readonly code: number; readonly text: string } {
  if (!isStruct(value)) throw new XmlError("a fault is no struct");
  const { faultCode: code, faultString: text } = value;
  if (typeof code !== "number" || typeof text !== "string")
    throw new XmlError("a fault has no code or no text");
  return { code, text };
}

function isStruct(value: XmlRpcValue): value is XmlRpcStruct {
  const isObject = typeof value === "object" && value !== null;
  return isObject && !Array.isArray(value) && !(value instanceof Uint8Array);
}

// The depth of what was parsed is limited, so these may call one another.
function readValue(element: XmlElement): XmlRpcValue {
  named(element, "value");
  if (element.children.length === 0) return element.text;
  const typed = only(element);
  const read = READERS.get(typed.name);
  if (read === undefined) throw new XmlError("a value has an unknown type");
  return read(typed);
}

function readArray(element: XmlElement): XmlRpcValue {
  return named(only(element), "data").children.map(readValue);
}

// Not by assignment: a member may be called `__proto__`.
function readStruct(element: XmlElement): XmlRpcValue {
  return Object.fromEntries(
    element.children.map((member) => {
      const [name, value, ...more] = named(member, "member").children;
      if (name?.name !== "name" || value === undefined || more.length > 0)
        throw new XmlError("a member of a struct is malformed");
      return [name.text, readValue(value)];
    }),
  );
}

function readInteger({ text }: XmlElement): number {
  const value = INTEGER.test(text.trim()) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value)) throw new XmlError("an integer is malformed");
  return value === 0 ? 0 : value;
}

function readBoolean({ text }: XmlElement): boolean {
  const digit = text.trim();
  if (digit !== "0" && digit !== "1") throw new XmlError("a boolean is malformed");
  return digit === "1";
}

function readDouble({ text }: XmlElement): number {
  const value = DOUBLE.test(text.trim()) ? Number(text) : NaN;
  if (!Number.isFinite(value)) throw new XmlError("a number is malformed");
  return value;
}

function readBase64({ text }: XmlElement): Uint8Array {
  const characters = text.replace(/\s+/gu, "");
  if (!BASE64.test(characters)) throw new XmlError("base64 is malformed");
  return Uint8Array.from(Buffer.from(characters, "base64"));
}

function only(element: XmlElement): XmlElement {
  const [child, ...more] = element.children;
  if (child === undefined || more.length > 0)
    throw new XmlError("an element does not hold exactly one other");
  return child;
}

function named(element: XmlElement, name: string): XmlElement {
  if (element.name !== name) throw new XmlError(`an element is not '${name}'`);
  return element;
}

function writeValue(value: XmlRpcValue): string {
  return `<value>${writeTyped(value)}</value>`;
}

function writeTyped(value: XmlRpcValue): string {
  if (value === null) return "<nil/>";
  if (typeof value === "string") return `<string>${escaped(value)}</string>`;
  if (typeof value === "boolean") return `<boolean>${value ? "1" : "0"}</boolean>`;
  if (typeof value === "number") return writeNumber(value);
  if (value instanceof Uint8Array)
    return `<base64>${Buffer.from(value).toString("base64")}</base64>`;
  if (isStruct(value)) {
    const members = Object.entries(value).map(
      ([name, member]) => `<member><name>${escaped(name)}</name>${writeValue(member)}</member>`,
    );
    return `<struct>${members.join("")}</struct>`;
  }
  return `<array><data>${value.map(writeValue).join("")}</data></array>`;
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value))
    throw new RangeError(`a number must be finite: got ${String(value)}`);
  const isInt32 = Number.isInteger(value) && value >= -INT32_LIMIT && value < INT32_LIMIT;
  return isInt32 ? `<int>${String(value)}</int>` : `<double>${String(value)}</double>`;
}

function escaped(text: string): string {
  if (UNWRITABLE.test(text)) throw new RangeError("a text holds a character that XML cannot carry");
  return text.replace(ESCAPED, (character) => `&#${String(character.charCodeAt(0))};`);
}
