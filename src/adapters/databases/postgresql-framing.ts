/** The longest message that PostgreSQL can send, in bytes. How much of it is read is for others to say. */
const MESSAGE_LIMIT_BYTES = 1024 ** 3;

const HEAD_BYTES = 5;
/** A message's length counts itself, and not its letter. */
const LENGTH_BYTES = 4;

/** Errors and notices: a list of fields, each a letter and a text that ends in zero, and a zero at its end. */
const ERROR = 0x45;
const NOTICE = 0x4e;

/**
 * Looks at PostgreSQL's messages before the driver does: an error without its last zero keeps the driver (`pg` 8.23, tried)
 * in a loop for ever, and the process with it. All else that it cannot read, it throws on.
 *
 * @returns A function that takes the bytes as they come, and throws when they cannot be messages.
 */
export function postgresqlFraming(): (chunk: Uint8Array) => void {
  const framing = new Framing();
  return (chunk) => {
    framing.push(chunk);
  };
}

class Framing {
  readonly #head: number[] = [];
  #leftBytes = 0;
  /** Within a list of fields: where the next byte stands. Null in other messages. */
  #place: "letter" | "text" | "end" | null = null;

  push(chunk: Uint8Array): void {
    let offset = 0;
    while (offset < chunk.length) {
      offset +=
        this.#leftBytes === 0 ? this.#readHead(chunk, offset) : this.#readBody(chunk, offset);
    }
  }

  #readHead(chunk: Uint8Array, offset: number): number {
    this.#head.push(chunk[offset] ?? 0);
    if (this.#head.length < HEAD_BYTES) return 1;
    const head = Buffer.from(this.#head.splice(0));
    const type = head.readUInt8(0);
    this.#leftBytes = head.readUInt32BE(1) - LENGTH_BYTES;
    this.#place = type === ERROR || type === NOTICE ? "letter" : null;
    const isEmptyList = this.#place !== null && this.#leftBytes === 0;
    if (this.#leftBytes < 0 || this.#leftBytes > MESSAGE_LIMIT_BYTES || isEmptyList) {
      throw new Error("a message has an impossible length");
    }
    return 1;
  }

  #readBody(chunk: Uint8Array, offset: number): number {
    const taken = Math.min(this.#leftBytes, chunk.length - offset);
    if (this.#place !== null) {
      for (const byte of chunk.subarray(offset, offset + taken)) this.#readField(byte);
    }
    this.#leftBytes -= taken;
    if (this.#leftBytes === 0 && this.#place !== null && this.#place !== "end") {
      throw new Error("an error does not end");
    }
    return taken;
  }

  #readField(byte: number): void {
    if (this.#place === "end") throw new Error("an error goes on after its end");
    if (this.#place === "text") this.#place = byte === 0 ? "letter" : "text";
    else this.#place = byte === 0 ? "end" : "text";
  }
}
