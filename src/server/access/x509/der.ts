/** One element of what is encoded in DER. */
export class Element {
  /** Class, form and number, as the first byte has them. */
  readonly tag: number;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #from: number;
  readonly #to: number;

  /**
   * Finds an element; its bytes are only taken out where somebody wants them, since there may be a million.
   *
   * @param bytes - What it stands in.
   * @param start - Where it begins there.
   * @throws {@link DerError} When there is none.
   */
  constructor(bytes: Uint8Array, start: number) {
    this.tag = byteAt(bytes, start);
    if ((this.tag & 0x1f) === 0x1f) throw new DerError("tags of several bytes are not read");
    const { length, headBytes } = lengthAt(bytes, start + 1);
    this.#bytes = bytes;
    this.#start = start;
    this.#from = start + 1 + headBytes;
    this.#to = this.#from + length;
    if (this.#to > bytes.length) throw new DerError("it ends too early");
  }

  /**
   * What it holds.
   *
   * @returns The bytes.
   */
  get content(): Uint8Array {
    return this.#bytes.subarray(this.#from, this.#to);
  }

  /**
   * All of it, with its tag and length.
   *
   * @returns The bytes.
   */
  get whole(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#to);
  }

  /**
   * How long it is, with its tag and length.
   *
   * @returns Bytes.
   */
  get sizeBytes(): number {
    return this.#to - this.#start;
  }
}

/** The tags that certificates and lists of revoked ones are made of. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** What is read is not DER, or not of the shape that is expected. */
export class DerError extends Error {
  override readonly name: string = "DerError";
}

/** Of the numbers that say how long something is; 4 GiB is more than any file that is read. */
const LIMIT_LENGTH_BYTES = 4;

/**
 * Reads one element that fills the bytes.
 *
 * @param bytes - The element, and nothing behind it.
 * @param tag - What it has to be; anything by default.
 * @returns The element.
 * @throws {@link DerError} When it is something else.
 */
export function readElement(bytes: Uint8Array, tag?: number): Element {
  const element = new Element(bytes, 0);
  if (element.sizeBytes !== bytes.length) throw new DerError("there is something behind it");
  if (tag !== undefined && element.tag !== tag) throw unexpected(element.tag);
  return element;
}

/**
 * Reads what an element consists of.
 *
 * @param element - A sequence, a set, or whatever holds elements.
 * @param wanted - The tag that the element itself has to have; any by default.
 * @returns Its parts, in their order.
 * @throws {@link DerError} When they are no elements.
 */
export function partsOf({ tag, content }: Element, wanted?: number): Element[] {
  if (wanted !== undefined && tag !== wanted) throw unexpected(tag);
  const parts: Element[] = [];
  for (let offset = 0; offset < content.length;) {
    const part = new Element(content, offset);
    parts.push(part);
    offset += part.sizeBytes;
  }
  return parts;
}

/** Hands out the parts of an element one by one, where some of them may be missing. */
export class Parts {
  readonly #parts: readonly Element[];
  #next = 0;

  /**
   * Begins with the first part.
   *
   * @param element - Whose parts.
   * @param tag - What the element itself has to be.
   */
  constructor(element: Element, tag: number) {
    this.#parts = partsOf(element, tag);
  }

  /**
   * Takes the next part, whatever its tag is, or only where it has this one.
   *
   * @param tags - Any of them; none for all.
   * @returns The part; null when the next one is another, or there is none.
   */
  maybe(...tags: readonly number[]): Element | null {
    const part = this.#parts[this.#next];
    if (part === undefined || (tags.length > 0 && !tags.includes(part.tag))) return null;
    this.#next += 1;
    return part;
  }

  /**
   * Takes the next part, which has to be there.
   *
   * @param tags - Any of them; none for all.
   * @returns The part.
   * @throws {@link DerError} When the next one is another, or there is none.
   */
  take(...tags: readonly number[]): Element {
    const part = this.maybe(...tags);
    if (part === null) throw new DerError("a part is missing, or is something else");
    return part;
  }

  /**
   * Makes sure that every part was taken.
   *
   * @throws {@link DerError} When there are more.
   */
  end(): void {
    if (this.#next < this.#parts.length) throw new DerError("there are more parts than expected");
  }
}

// The shortest form of a definite length, as DER wants it.
function lengthAt(
  bytes: Uint8Array,
  start: number,
): { readonly length: number; readonly headBytes: number } {
  const first = byteAt(bytes, start);
  if (first < 0x80) return { length: first, headBytes: 1 };
  const count = first & 0x7f;
  if (count === 0 || count > LIMIT_LENGTH_BYTES)
    throw new DerError("a length is not as DER has it");
  let length = 0;
  for (let index = 1; index <= count; index += 1) {
    length = length * 256 + byteAt(bytes, start + index);
  }
  if (length < 0x80 || length < 256 ** (count - 1))
    throw new DerError("a length is not the shortest");
  return { length, headBytes: 1 + count };
}

function byteAt(bytes: Uint8Array, index: number): number {
  const byte = bytes[index];
  if (byte === undefined) throw new DerError("it ends too early");
  return byte;
}

function unexpected(tag: number): DerError {
  return new DerError(`an element is of another kind than expected: 0x${tag.toString(16)}`);
}
