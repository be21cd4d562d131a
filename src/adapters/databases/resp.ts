/** The longest line and the longest text that are read, in bytes. */
const LINE_LIMIT_BYTES = 64 * 1024;
const TEXT_LIMIT_BYTES = 1024 * 1024;

const CR = 13;
const LF = 10;

/** One reply of a server that speaks RESP. */
export type RedisReply =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "error"; readonly text: string }
  | { readonly kind: "null" };

/** What came is not RESP, or is longer than anybody wants to read. */
export class RespError extends Error {
  override readonly name: string = "RespError";
}

/**
 * Writes a command of RESP.
 *
 * @param words - The command and its arguments; any text.
 * @returns The bytes to send.
 * @see https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export function respCommand(...words: readonly string[]): Buffer {
  const parts = words.map((word) => `$${String(Buffer.byteLength(word))}\r\n${word}\r\n`);
  return Buffer.from(`*${String(words.length)}\r\n${parts.join("")}`);
}

/**
 * Reads replies of RESP, as they come. Of its types, it knows those that answer our commands: simple strings, errors, integers
 * and bulk strings; anything else is malformed.
 */
export class RespReader {
  #pending: Buffer = Buffer.alloc(0);

  /**
   * Takes bytes.
   *
   * @param chunk - What came.
   * @returns The replies that are whole now.
   * @throws {@link RespError} When it is malformed or too long.
   */
  push(chunk: Uint8Array): readonly RedisReply[] {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const replies: RedisReply[] = [];
    for (let reply = this.#next(); reply !== null; reply = this.#next()) replies.push(reply);
    return replies;
  }

  #next(): RedisReply | null {
    const line = this.#line();
    if (line === null) return null;
    const rest = line.text.slice(1);
    switch (line.text.charAt(0)) {
      case "+":
      case ":":
        return this.#taken(line.end, { kind: "text", text: rest });
      case "-":
        return this.#taken(line.end, { kind: "error", text: rest });
      case "$":
        return this.#bulk(rest, line.end);
      default:
        throw new RespError("a reply begins with an unknown character");
    }
  }

  #line(): { readonly text: string; readonly end: number } | null {
    const lineFeed = this.#pending.indexOf(LF);
    if (
      lineFeed > LINE_LIMIT_BYTES ||
      (lineFeed === -1 && this.#pending.length > LINE_LIMIT_BYTES)
    ) {
      throw new RespError("a line is too long");
    }
    if (lineFeed === -1) return null;
    if (this.#pending[lineFeed - 1] !== CR) throw new RespError("a line does not end in CR LF");
    return { text: this.#pending.toString("utf8", 0, lineFeed - 1), end: lineFeed + 1 };
  }

  #bulk(length: string, start: number): RedisReply | null {
    if (length === "-1") return this.#taken(start, { kind: "null" });
    if (!/^\d{1,9}$/u.test(length)) throw new RespError("a length is no number");
    const size = Number(length);
    if (size > TEXT_LIMIT_BYTES) throw new RespError("a text is too long");
    const end = start + size;
    if (this.#pending.length < end + 2) return null;
    if (this.#pending[end] !== CR || this.#pending[end + 1] !== LF) {
      throw new RespError("a text does not end in CR LF");
    }
    return this.#taken(end + 2, { kind: "text", text: this.#pending.toString("utf8", start, end) });
  }

  #taken(end: number, reply: RedisReply): RedisReply {
    this.#pending = this.#pending.subarray(end);
    return reply;
  }
}
