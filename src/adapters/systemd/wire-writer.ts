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
  isList,
  isVariant,
  LIMIT_BYTES,
  type ByteOrder,
  type IntegerCode,
  type WireValue,
} from "./wire.ts";

/** Bytes out of values, one after the other. */
export class WireWriter {
  readonly #isLittle: boolean;
  #buffer = new Uint8Array(256);
  #view = new DataView(this.#buffer.buffer);
  #length = 0;

  /**
   * Writes nothing yet.
   *
   * @param order - Of the bytes of a number.
   */
  constructor(order: ByteOrder) {
    this.#isLittle = order === "little";
  }

  /**
   * What was written.
   *
   * @returns A copy.
   */
  get bytes(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  /**
   * Writes one value for each type of a signature.
   *
   * @param signature - Such as `sa{sv}`.
   * @param values - As many as it has types.
   * @throws {@link WireError} When a value does not have its type, or it all becomes larger than 1 MiB.
   */
  writeAll(signature: string, values: readonly WireValue[]): void {
    this.#writeEach(parseSignature(signature), values, 0);
  }

  /**
   * Writes zeros that fill up.
   *
   * @param sizeBytes - What the next place is a multiple of.
   */
  align(sizeBytes: number): void {
    this.#grow((sizeBytes - (this.#length % sizeBytes)) % sizeBytes);
  }

  #write(type: WireType, value: WireValue, depth: number): void {
    if (depth > DEPTH_LIMIT) throw new WireError("values are nested too deep");
    this.align(alignmentOf(type));
    if (type.kind === "basic") this.#writeBasic(type.code, value);
    else if (type.kind === "variant") this.#writeVariant(value, depth);
    else if (!isList(value)) throw new WireError("a list is needed");
    else if (type.kind === "array") this.#writeArray(type.element, value, depth);
    else this.#writeEach(type.fields, value, depth + 1);
  }

  #writeEach(types: readonly WireType[], values: readonly WireValue[], depth: number): void {
    if (types.length !== values.length)
      throw new WireError("there are not as many values as types");
    types.forEach((type, index) => {
      this.#write(type, values[index] ?? 0, depth);
    });
  }

  #writeBasic(code: BasicCode, value: WireValue): void {
    if (code === "s" || code === "o" || code === "g") this.#writeText(code, value);
    else if (code === "b") this.#writeBoolean(value);
    else if (code === "x" || code === "t") this.#writeBigInt(code, value);
    else if (code === "d") this.#writeDouble(value);
    else this.#writeInteger(code, value);
  }

  #writeBoolean(value: WireValue): void {
    if (typeof value !== "boolean") throw new WireError("a boolean is needed");
    this.#writeInteger("u", value ? 1 : 0);
  }

  #writeDouble(value: WireValue): void {
    if (typeof value !== "number") throw new WireError("a number is needed");
    // First: it may replace the view.
    const at = this.#grow(8);
    this.#view.setFloat64(at, value, this.#isLittle);
  }

  #writeInteger(code: IntegerCode, value: WireValue): void {
    const { sizeBytes, minimum, maximum } = INTEGERS[code];
    if (typeof value !== "number" || !Number.isInteger(value) || value < minimum || value > maximum)
      throw new WireError(`a value does not fit the type '${code}'`);
    const at = this.#grow(sizeBytes);
    if (sizeBytes === 1) this.#view.setUint8(at, value);
    else if (sizeBytes === 2) this.#view.setUint16(at, value & 0xff_ff, this.#isLittle);
    else this.#view.setUint32(at, value >>> 0, this.#isLittle);
  }

  #writeBigInt(code: "x" | "t", value: WireValue): void {
    if (typeof value !== "bigint") throw new WireError("a bigint is needed");
    const fitting = code === "x" ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
    if (fitting !== value) throw new WireError(`a value does not fit the type '${code}'`);
    const at = this.#grow(8);
    this.#view.setBigUint64(at, BigInt.asUintN(64, value), this.#isLittle);
  }

  #writeText(code: "s" | "o" | "g", value: WireValue): void {
    if (typeof value !== "string" || value.includes("\0") || !value.isWellFormed())
      throw new WireError("a text without zeros is needed");
    const bytes = Buffer.from(value, "utf8");
    this.#writeInteger(code === "g" ? "y" : "u", bytes.length);
    const at = this.#grow(bytes.length + 1);
    this.#buffer.set(bytes, at);
  }

  #writeVariant(value: WireValue, depth: number): void {
    if (!isVariant(value)) throw new WireError("a variant is needed");
    const [type, ...more] = parseSignature(value.signature);
    if (type === undefined || more.length > 0) {
      throw new WireError("a variant does not hold exactly one value");
    }
    this.#writeText("g", value.signature);
    this.#write(type, value.value, depth + 1);
  }

  #writeArray(element: WireType, values: readonly WireValue[], depth: number): void {
    const at = this.#grow(4);
    this.align(alignmentOf(element));
    const start = this.#length;
    for (const value of values) this.#write(element, value, depth + 1);
    this.#view.setUint32(at, this.#length - start, this.#isLittle);
  }

  // Returns where the new bytes, which are zeros, begin.
  #grow(sizeBytes: number): number {
    const at = this.#length;
    this.#length += sizeBytes;
    if (this.#length > LIMIT_BYTES) throw new WireError("a message is too large");
    if (this.#length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#buffer.length * 2));
      larger.set(this.#buffer);
      this.#buffer = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}
