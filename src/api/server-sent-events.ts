/** One message of a stream of server-sent events. */
export interface StreamMessage {
  /** The last one that was told; null before the first. */
  readonly id: string | null;
  readonly type: string;
  readonly data: string;
}

/** So long one line, or one message, may become, in UTF-16 units. */
const LIMIT_CHARACTERS = 4 * 1024 * 1024;

const LINE_END = /\r\n|\n|\r(?!$)/u;

/** Reads a stream of server-sent events, in whatever pieces it comes (HTML Standard, §9.2.6). */
export class StreamReader {
  #rest = "";
  #data: string[] = [];
  #length = 0;
  #type = "";
  #id: string | null = null;
  #isFirst = true;
  /** How long to wait before connecting again, in milliseconds; null when the server did not say. */
  retryMs: number | null = null;

  /**
   * Takes in a piece of the stream.
   *
   * @param piece - Text.
   * @returns The messages that are whole by now.
   * @throws {@link RangeError} When one of them is too long.
   */
  add(piece: string): readonly StreamMessage[] {
    const lines = `${this.#rest}${this.#isFirst ? piece.replace(/^\uFEFF/u, "") : piece}`.split(
      LINE_END,
    );
    this.#isFirst &&= piece === "";
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length + this.#length > LIMIT_CHARACTERS) throw tooLong();
    return lines.flatMap((line) => this.#line(line) ?? []);
  }

  #line(line: string): StreamMessage | null {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return null;
    const name = colon === -1 ? line : line.slice(0, colon);
    this.#field(name, colon === -1 ? "" : line.slice(colon + 1).replace(/^ /u, ""));
    return null;
  }

  #field(name: string, value: string): void {
    if (name === "data") {
      this.#length += value.length;
      if (this.#length > LIMIT_CHARACTERS) throw tooLong();
      this.#data.push(value);
    }
    if (name === "event") this.#type = value;
    if (name === "id" && !value.includes("\0")) this.#id = value;
    if (name === "retry" && /^\d{1,9}$/u.test(value)) this.retryMs = Number(value);
  }

  #dispatch(): StreamMessage | null {
    const hasData = this.#data.length > 0;
    const message = {
      id: this.#id,
      type: this.#type === "" ? "message" : this.#type,
      data: this.#data.join("\n"),
    };
    this.#data = [];
    this.#length = 0;
    this.#type = "";
    return hasData ? message : null;
  }
}

function tooLong(): RangeError {
  return new RangeError(`a message is longer than ${String(LIMIT_CHARACTERS)} characters`);
}
