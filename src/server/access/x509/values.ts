import { TAG, DerError, type Element } from "./der.ts";

/**
 * Reads an object identifier.
 *
 * @param element - It.
 * @returns Its numbers with dots between them: `2.5.4.3`.
 * @throws {@link DerError} When it is none.
 */
export function oidText({ tag, content }: Element): string {
  const last = content.at(-1);
  if (tag !== TAG.oid || last === undefined || last >= 0x80) throw new DerError("no identifier");
  const numbers: bigint[] = [];
  let number = 0n;
  let isBegun = false;
  for (const byte of content) {
    if (!isBegun && byte === 0x80) throw new DerError("a number is not the shortest");
    number = number * 128n + BigInt(byte & 0x7f);
    isBegun = byte >= 0x80;
    if (isBegun) continue;
    numbers.push(number);
    number = 0n;
  }
  return dotted(numbers);
}

// The first number of the encoding holds the first two of the identifier.
function dotted([head = 0n, ...rest]: readonly bigint[]): string {
  const top = head < 40n ? 0n : head < 80n ? 1n : 2n;
  return [top, head - top * 40n, ...rest].join(".");
}

/**
 * Reads a time.
 *
 * @param element - A UTCTime or a GeneralizedTime, as certificates have them: with seconds, in UTC.
 * @returns Milliseconds since 1970-01-01 UTC.
 * @throws {@link DerError} When it is none.
 */
export function timeMs({ tag, content }: Element): number {
  const text = latinText(content);
  const isShort = tag === TAG.utcTime;
  if (!isShort && tag !== TAG.generalizedTime) throw new DerError("no time");
  if (!(isShort ? /^\d{12}Z$/u : /^\d{14}Z$/u).test(text)) throw new DerError("no time");
  // RFC 5280: two digits of a year are of 1950 to 2049.
  const digits = isShort ? `${text < "5" ? "20" : "19"}${text}` : text;
  const iso = digits.replace(/^(....)(..)(..)(..)(..)(..)Z$/u, "$1-$2-$3T$4:$5:$6.000Z");
  const time = Date.parse(iso);
  if (Number.isNaN(time) || new Date(time).toISOString() !== iso) throw new DerError("no time");
  return time;
}

/**
 * Reads the digits of a whole number.
 *
 * @param element - An integer.
 * @returns Its bytes as hexadecimal digits, without zeros before them; `0` for zero.
 * @throws {@link DerError} When it is none.
 */
export function integerHex({ tag, content }: Element): string {
  if (tag !== TAG.integer || content.length === 0) throw new DerError("no number");
  const hex = bufferOf(content).toString("hex");
  return hex.startsWith("0") ? hex.replace(/^0+(?=.)/u, "") : hex;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads a text.
 *
 * @param element - Of any of the types that names in certificates are made of.
 * @returns The text; null when it is something else, or not what its type promises.
 */
export function textOf({ tag, content }: Element): string | null {
  switch (tag) {
    case 0x0c:
      return utf8Text(content);
    // NumericString, PrintableString, IA5String, VisibleString.
    case 0x12:
    case 0x13:
    case 0x16:
    case 0x1a:
      return asciiText(content);
    // TeletexString, which everybody fills with Latin-1.
    case 0x14:
      return latinText(content);
    case 0x1e:
      return bmpText(content);
    default:
      return null;
  }
}

/**
 * Reads ASCII.
 *
 * @param bytes - The text.
 * @returns It; null when there is anything else in it.
 */
export function asciiText(bytes: Uint8Array): string | null {
  return bytes.every((byte) => byte < 0x80) ? latinText(bytes) : null;
}

function utf8Text(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
}

function latinText(bytes: Uint8Array): string {
  return bufferOf(bytes).toString("latin1");
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function bmpText(bytes: Uint8Array): string | null {
  if (bytes.length % 2 !== 0) return null;
  const text = Buffer.from(bytes).swap16().toString("utf16le");
  return text.isWellFormed() ? text : null;
}
