/** A type of D-Bus that holds no others. */
export type BasicCode = "y" | "b" | "n" | "q" | "i" | "u" | "x" | "t" | "d" | "h" | "s" | "o" | "g";

/** A complete type of D-Bus. */
export type WireType =
  | { readonly kind: "basic"; readonly code: BasicCode }
  | { readonly kind: "variant" }
  | { readonly kind: "array"; readonly element: WireType }
  /** A struct, or an entry of a dictionary, which is laid out the same. */
  | { readonly kind: "struct"; readonly fields: readonly WireType[] };

/** Bytes or a signature are not what D-Bus allows. */
export class WireError extends Error {
  override readonly name: string = "WireError";
}

/** What the specification allows: 32 arrays and 32 structs within one another. */
export const DEPTH_LIMIT = 64;

const LENGTH_LIMIT_CHARACTERS = 255;

/** Of each basic type, what its place in a message is a multiple of, in bytes. */
const BASIC_ALIGNMENT: Readonly<Record<BasicCode, 1 | 2 | 4 | 8>> = {
  y: 1,
  b: 4,
  n: 2,
  q: 2,
  i: 4,
  u: 4,
  x: 8,
  t: 8,
  d: 8,
  h: 4,
  s: 4,
  o: 4,
  g: 1,
};

/**
 * Tells where a value may begin.
 *
 * @param type - Its type.
 * @returns What its place is a multiple of, in bytes.
 */
export function alignmentOf(type: WireType): 1 | 2 | 4 | 8 {
  if (type.kind === "basic") return BASIC_ALIGNMENT[type.code];
  if (type.kind === "variant") return 1;
  return type.kind === "array" ? 4 : 8;
}

/**
 * Reads a signature.
 *
 * @param signature - Any number of complete types, such as `sa{sv}`; at most 255 characters.
 * @returns Its types.
 * @throws {@link WireError} When it is malformed, or nested more than 64 deep.
 */
export function parseSignature(signature: string): readonly WireType[] {
  if (signature.length > LENGTH_LIMIT_CHARACTERS) throw new WireError("a signature is too long");
  const parser = new SignatureParser(signature);
  const types: WireType[] = [];
  while (!parser.isAtEnd) types.push(parser.next(0));
  return types;
}

class SignatureParser {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#text.length;
  }

  next(depth: number): WireType {
    if (depth > DEPTH_LIMIT) throw new WireError("a signature is nested too deep");
    const code = this.#take();
    if (isBasic(code)) return { kind: "basic", code };
    if (code === "v") return { kind: "variant" };
    if (code === "(") return { kind: "struct", fields: this.#until(")", depth) };
    if (code === "a") return { kind: "array", element: this.#element(depth) };
    throw new WireError("a signature has an unknown type");
  }

  #element(depth: number): WireType {
    if (this.#text[this.#position] !== "{") return this.next(depth + 1);
    this.#position += 1;
    const fields = this.#until("}", depth + 1);
    if (fields.length !== 2 || fields[0]?.kind !== "basic") {
      throw new WireError("an entry of a dictionary is malformed");
    }
    return { kind: "struct", fields };
  }

  // Never empty: a type without any bytes would let an array of no length hold any number of them.
  #until(end: string, depth: number): readonly WireType[] {
    const fields: WireType[] = [];
    do fields.push(this.next(depth + 1));
    while (this.#text[this.#position] !== end);
    this.#position += 1;
    return fields;
  }

  #take(): string {
    const code = this.#text[this.#position];
    if (code === undefined) throw new WireError("a signature ends too early");
    this.#position += 1;
    return code;
  }
}

function isBasic(code: string): code is BasicCode {
  return Object.hasOwn(BASIC_ALIGNMENT, code);
}
