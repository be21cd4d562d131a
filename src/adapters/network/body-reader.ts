import { checkHeaderLine, malformed, quoted } from "./response-head.ts";
import type { Framing } from "./response-head.ts";

/** What lies between chunks is short, and so are trailers; whoever sends more of it is not speaking HTTP. */
const LINE_LIMIT_BYTES = 16 * 1024;
/** What stands in an extension is ignored, as RFC 9112 asks for. */
const CHUNK_SIZE_LINE = /^([0-9A-Fa-f]+)(?:;[\t\x20-\x7e\x80-\xff]*)?$/u;
const HEX_DIGIT = /^[0-9A-Fa-f]/u;
const CR = 13;
const LF = 10;

/** Takes content of a body, which is valid during the call only. */
export type OnContent = (content: Buffer) => void;

/** Counts the bytes of a body and finds its end. */
export interface BodyReader {
  /**
   * Takes the next bytes of the connection.
   *
   * @returns How many of them belonged to this response.
   */
  readonly push: (chunk: Buffer) => number;
  /** True when the whole body has been read. */
  readonly isComplete: () => boolean;
  /** How many bytes of content there have been, at most one more than the limit; framing does not count. */
  readonly bodyBytes: () => number;
}

/**
 * Makes the reader for a body. It stops one byte beyond the limit: then it is known that there is more, however the bytes
 * were cut into packets.
 *
 * @param framing - How the end of the body is found.
 * @param limitBytes - How much content is wanted.
 * @param onContent - Who gets the content, without its framing; null, the default, when it only counts.
 * @returns A reader at the first byte of the body.
 */
export function bodyReaderFor(
  framing: Framing,
  limitBytes: number,
  onContent: OnContent | null = null,
): BodyReader {
  switch (framing.kind) {
    case "none":
      return new FixedBody(0, limitBytes, onContent);
    case "length":
      return new FixedBody(framing.bytes, limitBytes, onContent);
    case "until-close":
      return new FixedBody(Infinity, limitBytes, onContent);
    case "chunked":
      return new ChunkedBody(limitBytes, onContent);
  }
}

/** A body whose length is known beforehand; an infinite one ends with the connection. */
class FixedBody implements BodyReader {
  readonly #lengthBytes: number;
  readonly #stopBytes: number;
  readonly #onContent: OnContent | null;
  #readBytes = 0;

  constructor(lengthBytes: number, limitBytes: number, onContent: OnContent | null) {
    this.#lengthBytes = lengthBytes;
    this.#stopBytes = Math.min(lengthBytes, limitBytes + 1);
    this.#onContent = onContent;
  }

  readonly push = (chunk: Buffer): number => {
    const taken = Math.min(chunk.length, this.#stopBytes - this.#readBytes);
    this.#readBytes += taken;
    this.#onContent?.(chunk.subarray(0, taken));
    return taken;
  };

  readonly isComplete = (): boolean => this.#readBytes === this.#lengthBytes;

  readonly bodyBytes = (): number => this.#readBytes;
}

/** A body in chunks, each told its size in a line of its own; lines of trailers may follow the last one. */
class ChunkedBody implements BodyReader {
  readonly #stopBytes: number;
  readonly #onContent: OnContent | null;
  #state: "size" | "data" | "data-end" | "trailer" | "complete" = "size";
  /** The line being read, as far as it has come; empty within data. */
  #line = "";
  #trailerBytes = 0;
  #leftInChunkBytes = 0;
  #readBytes = 0;

  constructor(limitBytes: number, onContent: OnContent | null) {
    this.#stopBytes = limitBytes + 1;
    this.#onContent = onContent;
  }

  readonly push = (chunk: Buffer): number => {
    let offset = 0;
    while (offset < chunk.length && !this.isComplete() && this.#readBytes < this.#stopBytes) {
      offset =
        this.#state === "data" ? this.#takeData(chunk, offset) : this.#takeLine(chunk, offset);
    }
    return offset;
  };

  readonly isComplete = (): boolean => this.#state === "complete";

  readonly bodyBytes = (): number => this.#readBytes;

  #takeData(chunk: Buffer, offset: number): number {
    const wantedBytes = Math.min(this.#leftInChunkBytes, this.#stopBytes - this.#readBytes);
    const taken = Math.min(chunk.length - offset, wantedBytes);
    this.#leftInChunkBytes -= taken;
    this.#readBytes += taken;
    this.#onContent?.(chunk.subarray(offset, offset + taken));
    if (this.#leftInChunkBytes === 0) this.#state = "data-end";
    return offset + taken;
  }

  #takeLine(chunk: Buffer, offset: number): number {
    const end = chunk.indexOf(LF, offset);
    const until = end === -1 ? chunk.length : end + 1;
    this.#line += chunk.toString("latin1", offset, until);
    this.#checkBegin();
    if (this.#line.length + this.#trailerBytes > LINE_LIMIT_BYTES) {
      throw malformed(`${this.#isInTrailer ? "its trailer" : "a line between chunks"} is too long`);
    }
    if (end === -1) return until;
    if (this.#line.charCodeAt(this.#line.length - 2) !== CR) {
      throw malformed("a line between chunks does not end in CR LF");
    }
    const line = this.#line.slice(0, -2);
    if (this.#isInTrailer) this.#trailerBytes += this.#line.length;
    this.#line = "";
    this.#endLine(line);
    return until;
  }

  get #isInTrailer(): boolean {
    return this.#state === "trailer";
  }

  // What is no line of this kind is told at its first byte: its end may never come.
  #checkBegin(): void {
    if (this.#state === "data-end" && !"\r\n".startsWith(this.#line)) {
      throw malformed("a chunk does not end where it says");
    }
    if (this.#state === "size" && !HEX_DIGIT.test(this.#line)) {
      throw malformed(`the size of a chunk is ${quoted(this.#line)}`);
    }
  }

  #endLine(line: string): void {
    if (this.#state === "data-end") this.#state = "size";
    else if (this.#state === "size") this.#beginChunk(line);
    else if (line === "") this.#state = "complete";
    else checkHeaderLine(line);
  }

  #beginChunk(line: string): void {
    const size = Number.parseInt(CHUNK_SIZE_LINE.exec(line)?.[1] ?? "", 16);
    if (!Number.isSafeInteger(size)) throw malformed(`the size of a chunk is ${quoted(line)}`);
    this.#leftInChunkBytes = size;
    this.#state = size === 0 ? "trailer" : "data";
  }
}
