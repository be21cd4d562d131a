import { WireError } from "./signature.ts";
import { WireReader } from "./wire-reader.ts";
import { WireWriter } from "./wire-writer.ts";
import { isList, isVariant, LIMIT_BYTES, type ByteOrder, type WireValue } from "./wire.ts";

/** What a message is for. */
export const MESSAGE_TYPE = { call: 1, return: 2, error: 3, signal: 4 } as const;

/** Nobody is to be started in order to answer. */
export const NO_AUTO_START = 0x2;

/** One message of D-Bus. */
export interface BusMessage {
  /** One of {@link MESSAGE_TYPE}; others may come, and are to be ignored. */
  readonly type: number;
  readonly flags: number;
  /** 1 or more. */
  readonly serial: number;
  readonly fields: MessageFields;
  readonly body: readonly WireValue[];
}

/** What stands in the head of a message. */
export interface MessageFields {
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly errorName?: string;
  readonly replySerial?: number;
  readonly destination?: string;
  readonly sender?: string;
  /** Of the body; empty by default. */
  readonly signature?: string;
}

/** The fields by their codes. */
const FIELDS: readonly {
  readonly code: number;
  readonly name: keyof MessageFields;
  readonly signature: string;
}[] = [
  { code: 1, name: "path", signature: "o" },
  { code: 2, name: "interface", signature: "s" },
  { code: 3, name: "member", signature: "s" },
  { code: 4, name: "errorName", signature: "s" },
  { code: 5, name: "replySerial", signature: "u" },
  { code: 6, name: "destination", signature: "s" },
  { code: 7, name: "sender", signature: "s" },
  { code: 8, name: "signature", signature: "g" },
];

const VERSION = 1;
/** Byte order, type, flags, version, length of the body, serial, length of the fields. */
const FIXED_BYTES = 16;
const LITTLE = 0x6c;
const BIG = 0x42;

/**
 * Writes a message.
 *
 * @param message - What to say.
 * @param order - Of the bytes of a number; little-endian by default.
 * @returns The bytes.
 * @throws {@link WireError} When the body does not have its signature, or it all becomes larger than 1 MiB.
 */
export function writeMessage(message: BusMessage, order: ByteOrder = "little"): Uint8Array {
  const { type, flags, serial, fields } = message;
  const body = new WireWriter(order);
  body.writeAll(fields.signature ?? "", message.body);
  const bodyBytes = body.bytes;
  const head = new WireWriter(order);
  const start = order === "little" ? LITTLE : BIG;
  const written = FIELDS.flatMap(({ code, name, signature }) => {
    const value = fields[name];
    return value === undefined ? [] : [[code, { signature, value }]];
  });
  head.writeAll("yyyyuua(yv)", [start, type, flags, VERSION, bodyBytes.length, serial, written]);
  head.align(8);
  const whole = Buffer.concat([head.bytes, bodyBytes]);
  if (whole.length > LIMIT_BYTES) throw new WireError("a message is too large");
  return whole;
}

/** Messages out of what arrives, however it is cut. */
export class MessageReader {
  #chunks: Uint8Array[] = [];
  #length = 0;
  #neededBytes = FIXED_BYTES;

  /**
   * Takes what has arrived.
   *
   * @param chunk - Any number of bytes.
   * @returns The messages that are complete now.
   * @throws {@link WireError} When it is no message, or one larger than 1 MiB. Nothing more can be read after that.
   */
  add(chunk: Uint8Array): readonly BusMessage[] {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    const messages: BusMessage[] = [];
    while (this.#length >= this.#neededBytes) {
      const bytes = Buffer.concat(this.#chunks);
      const sizeBytes = sizeOf(bytes);
      if (sizeBytes <= bytes.length) messages.push(readMessage(bytes.subarray(0, sizeBytes)));
      const rest = sizeBytes <= bytes.length ? bytes.subarray(sizeBytes) : bytes;
      this.#neededBytes = sizeBytes <= bytes.length ? FIXED_BYTES : sizeBytes;
      this.#chunks = [rest];
      this.#length = rest.length;
    }
    return messages;
  }
}

// Needs the fixed part only.
function sizeOf(bytes: Uint8Array): number {
  const [, , , , bodyBytes, , fieldsBytes] = new WireReader(
    bytes.subarray(0, FIXED_BYTES),
    orderOf(bytes),
  ).readAll("yyyyuuu");
  const headBytes = Math.ceil((FIXED_BYTES + Number(fieldsBytes)) / 8) * 8;
  const sizeBytes = headBytes + Number(bodyBytes);
  if (sizeBytes > LIMIT_BYTES) throw new WireError("a message is too large");
  return sizeBytes;
}

function readMessage(bytes: Uint8Array): BusMessage {
  const reader = new WireReader(bytes, orderOf(bytes));
  const [, type, flags, version, , serial, entries] = reader.readAll("yyyyuua(yv)");
  if (version !== VERSION) throw new WireError("a message has an unknown version");
  if (type === 0 || serial === 0) throw new WireError("a message has no type or no serial");
  const fields = fieldsOf(entries);
  reader.align(8);
  const body = reader.readAll(fields.signature ?? "");
  if (reader.position !== bytes.length) throw new WireError("a message is longer than its body");
  return { type: Number(type), flags: Number(flags), serial: Number(serial), fields, body };
}

// Unknown fields are to be ignored.
function fieldsOf(entries: WireValue | undefined): MessageFields {
  const fields: Record<string, WireValue> = {};
  for (const entry of isList(entries) ? entries : []) {
    const [code, variant] = isList(entry) ? entry : [];
    const field = FIELDS.find((each) => each.code === code);
    if (field === undefined) continue;
    if (!isVariant(variant) || variant.signature !== field.signature) {
      throw new WireError("a field has a wrong type");
    }
    fields[field.name] = variant.value;
  }
  return fields;
}

function orderOf(bytes: Uint8Array): ByteOrder {
  if (bytes[0] === LITTLE) return "little";
  if (bytes[0] === BIG) return "big";
  throw new WireError("a message does not begin with its byte order");
}
