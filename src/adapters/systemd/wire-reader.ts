import {
  alignmentOf,
  DEPTH_LIMIT,
  parseSignature,
  WireError,
  type BasicCode,
  type WireType,
} from "./signature.ts";
import {
  INTEGERS,
  type ByteOrder,
  type IntegerCode,
  type Variant,
  type WireValue,
} from "./wire.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Values out of bytes, one after the other. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #isLittle: boolean;
  #position: number;

  /**
   * Reads nothing yet.
   *
   * @param bytes - From the beginning of a message, which is what alignment counts from.
   * @param order - As the message says.
   * @param position - Where to begin.
   */
  constructor(bytes: Uint8Array, order: ByteOrder, position = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#isLittle = order === "little";
    this.#position = position;
  }

  /**
   * How far it has come.
   *
   * @returns Bytes from the beginning.
   */
  get position(): number {
    return this.#position;
  }

  /**
   * Reads one value for each type of a signature.
   *
   * @param signature - Such as `sa{sv}`.
   * @returns The values.
   * @throws {@link WireError} When the bytes are not such values.
   */
  readAll(signature: string): readonly WireValue[] {
    return parseSignature(signature).map((type) => this.#read(type, 0));
  }

  /**
   * Skips what fills up.
   *
   * @param sizeBytes - What the next place is a multiple of.
   * @throws {@link WireError} When the bytes end before.
   */
  align(sizeBytes: number): void {
    this.#take((sizeBytes - (this.#position % sizeBytes)) % sizeBytes);
  }

  #read(type: WireType, depth: number): WireValue {
    if (depth > DEPTH_LIMIT) throw new WireError("values are nested too deep");
    this.align(alignmentOf(type));
    if (type.kind === "basic") return this.#readBasic(type.code);
    if (type.kind === "variant") return this.#readVariant(depth);
    if (type.kind === "array") return this.#readArray(type.element, depth);
    return type.fields.map((field) => this.#read(field, depth + 1));
  }

  #readBasic(code: BasicCode): WireValue {
    if (code === "s" || code === "o") return this.#readText(this.#readInteger("u"));
    if (code === "g") return this.#readText(this.#readInteger("y"));
    if (code === "b") return this.#readBoolean();
    if (code === "x") return this.#view.getBigInt64(this.#take(8), this.#isLittle);
    if (code === "t") return this.#view.getBigUint64(this.#take(8), this.#isLittle);
    if (code === "d") return this.#view.getFloat64(this.#take(8), this.#isLittle);
    return this.#readInteger(code);
  }

  #readInteger(code: IntegerCode): number {
    const { sizeBytes, minimum } = INTEGERS[code];
    const at = this.#take(sizeBytes);
    if (sizeBytes === 1) return this.#view.getUint8(at);
    if (sizeBytes === 2) {
      return minimum < 0
        ? this.#view.getInt16(at, this.#isLittle)
        : this.#view.getUint16(at, this.#isLittle);
    }
    return minimum < 0
      ? this.#view.getInt32(at, this.#isLittle)
      : this.#view.getUint32(at, this.#isLittle);
  }

  #readBoolean(): boolean {
    const value = this.#readInteger("u");
    if (value > 1) throw new WireError("a boolean is neither 0 nor 1");
    return value === 1;
  }

  #readText(sizeBytes: number): string {
    const at = this.#take(sizeBytes);
    if (this.#readInteger("y") !== 0) throw new WireError("a text does not end with a zero");
    try {
      return UTF8.decode(this.#bytes.subarray(at, at + sizeBytes));
    } catch (cause) {
      throw new WireError("a text is not UTF-8", { cause });
    }
  }

  #readVariant(depth: number): Variant {
    const signature = this.#readText(this.#readInteger("y"));
    const [type, ...more] = parseSignature(signature);
    if (type === undefined || more.length > 0) {
      throw new WireError("a variant does not hold exactly one value");
    }
    return { signature, value: this.#read(type, depth + 1) };
  }

  #readArray(element: WireType, depth: number): readonly WireValue[] {
    const sizeBytes = this.#readInteger("u");
    this.align(alignmentOf(element));
    const end = this.#position + sizeBytes;
    if (end > this.#bytes.length) throw new WireError("an array is longer than its message");
    const values: WireValue[] = [];
    while (this.#position < end) values.push(this.#read(element, depth + 1));
    if (this.#position > end) throw new WireError("an array ends within a value");
    return values;
  }

  // Returns where what is taken begins.
  #take(sizeBytes: number): number {
    const at = this.#position;
    if (at + sizeBytes > this.#bytes.length) throw new WireError("a message ends too early");
    this.#position = at + sizeBytes;
    return at;
  }
}
