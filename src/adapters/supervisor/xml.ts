/** An element of XML, without its attributes. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** What stands in it directly, references resolved. */
  readonly text: string;
}

/** A text is no XML, or more of it than is read. */
export class XmlError extends Error {
  override readonly name: string = "XmlError";
}

/** XML-RPC takes three levels for each level of a value; what supervisord says has eleven. */
const DEPTH_LIMIT = 32;
/** About 4,000 programs. */
const ELEMENTS_LIMIT = 400_000;

const NAME = /^[a-z_][\w.:-]*/iu;
const REFERENCE = /&([^;&]{0,12});|&/gu;

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** What is skipped or taken as it stands: how it begins, how it ends, and whether it is text. */
const BLOCKS = [
  { start: "<!--", end: "-->", isText: false },
  { start: "<![CDATA[", end: "]]>", isText: true },
  { start: "<?", end: "?>", isText: false },
] as const;

interface OpenElement {
  readonly name: string;
  readonly children: OpenElement[];
  text: string;
}

/**
 * Reads the subset of XML that data is sent in.
 *
 * A document type is refused, and with it all entities but the five that everybody knows: nothing can grow while it is
 * read. Control characters are taken as they come, because supervisord passes on whatever a program printed.
 *
 * @param text - A whole document.
 * @returns Its root.
 * @throws {@link XmlError} When it is none, has 400,000 elements, or is nested more than 32 deep.
 */
export function parseXml(text: string): XmlElement {
  const reader = new XmlReader();
  let position = 0;
  while (position < text.length) {
    const start = text.indexOf("<", position);
    if (start === -1) break;
    reader.addText(resolved(text.slice(position, start)));
    position = readMarkup(reader, text, start);
  }
  reader.addText(resolved(text.slice(position)));
  return reader.finish();
}

class XmlReader {
  readonly #open: OpenElement[] = [];
  #root: OpenElement | null = null;
  #elements = 0;

  addText(text: string): void {
    const parent = this.#open.at(-1);
    if (parent !== undefined) parent.text += text;
    else if (/\S/u.test(text)) throw new XmlError("text stands outside of all elements");
  }

  begin(name: string): void {
    this.#elements += 1;
    if (this.#elements > ELEMENTS_LIMIT) throw new XmlError("there are too many elements");
    if (this.#open.length >= DEPTH_LIMIT) throw new XmlError("elements are nested too deep");
    const element: OpenElement = { name, children: [], text: "" };
    const parent = this.#open.at(-1);
    if (parent !== undefined) parent.children.push(element);
    else if (this.#root === null) this.#root = element;
    else throw new XmlError("there is a second root");
    this.#open.push(element);
  }

  end(name: string): void {
    const element = this.#open.pop();
    if (element?.name !== name) throw new XmlError("an element is not closed where it should be");
  }

  finish(): XmlElement {
    if (this.#root === null) throw new XmlError("there is no element");
    if (this.#open.length > 0) throw new XmlError("it ends within an element");
    return this.#root;
  }
}

// Returns where the markup ends.
function readMarkup(reader: XmlReader, text: string, start: number): number {
  for (const block of BLOCKS) {
    if (!text.startsWith(block.start, start)) continue;
    const from = start + block.start.length;
    const end = text.indexOf(block.end, from);
    if (end === -1) throw new XmlError("it ends within a comment or section");
    if (block.isText) reader.addText(text.slice(from, end));
    return end + block.end.length;
  }
  if (text.startsWith("<!", start)) throw new XmlError("it has a document type, which is refused");
  const end = text.indexOf(">", start);
  if (end === -1) throw new XmlError("it ends within a tag");
  readTag(reader, text.slice(start + 1, end));
  return end + 1;
}

function readTag(reader: XmlReader, tag: string): void {
  const isEnd = tag.startsWith("/");
  const isEmpty = tag.endsWith("/");
  const [name] = NAME.exec(isEnd ? tag.slice(1) : tag) ?? [];
  if (name === undefined) throw new XmlError("a tag has no name");
  if (isEnd) {
    if (tag.slice(1).trimEnd() !== name) throw new XmlError("a closing tag has attributes");
    reader.end(name);
    return;
  }
  if (!/^(?:[\s/]|$)/u.test(tag.slice(name.length))) throw new XmlError("a tag is malformed");
  reader.begin(name);
  if (isEmpty) reader.end(name);
}

function resolved(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(REFERENCE, (_, name: string | undefined) => {
    const character = ENTITIES.get(name ?? "") ?? characterOf(name ?? "");
    if (character === null) throw new XmlError("it refers to an unknown entity");
    return character;
  });
}

function characterOf(reference: string): string | null {
  const [, hex, decimal] = /^#(?:x([\da-f]{1,8})|(\d{1,8}))$/iu.exec(reference) ?? [];
  const code = hex === undefined ? Number(decimal ?? NaN) : Number.parseInt(hex, 16);
  const isCharacter = code > 0 && code <= 0x10_ff_ff && !(code >= 0xd8_00 && code <= 0xdf_ff);
  return isCharacter ? String.fromCodePoint(code) : null;
}
