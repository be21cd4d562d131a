import { malformed } from "./response-head.ts";
import type { Framing } from "./response-head.ts";

/** What lies between chunks is short; whoever sends more of it is not speaking HTTP. */
const LINE_LIMIT_BYTES = 16 * 1024;
const CHUNK_SIZE_LINE = /^([0-9A-Fa-f]{1,13})(?:;[\t\x20-\x7e\x80-\xff]*)?$/u;
const CR = 13;
const LF = 10;

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
  /** How many bytes of content there have been; framing does not count. */
  readonly bodyBytes: () => number;
}

/**
 * Makes the reader for a body.
 *
 * @param framing - How the end of the body is found.
 * @returns A reader at the first byte of the body.
 */
export function bodyReaderFor(framing: Framing): BodyReader {
  switch (framing.kind) {
    case "none":
      return new FixedBody(0);
    case "length":
      return new FixedBody(framing.bytes);
    case "until-close":
      return new FixedBody(Infinity);
    case "chunked":
      return new ChunkedBody();
  }
}

/** A body whose length is known beforehand; an infinite one ends with the connection. */
class FixedBody implements BodyReader {
  readonly #lengthBytes: number;
  #readBytes = 0;

  constructor(lengthBytes: number) {
    this.#lengthBytes = lengthBytes;
  }

  readonly push = (chunk: Buffer): number => {
    const taken = Math.min(chunk.length, this.#lengthBytes - this.#readBytes);
    this.#readBytes += taken;
    return taken;
  };

  readonly isComplete = (): boolean => this.#readBytes === this.#lengthBytes;

  readonly bodyBytes = (): number => this.#readBytes;
}

/** A body in chunks, each told its size in a line of its own; lines of trailers may follow the last one. */
class ChunkedBody implements BodyReader {
  #state: "size" | "data" | "data-end" | "trailer" | "complete" = "size";
  /** The line being read, as far as it has come; empty within data. */
  #line = "";
  #leftInChunkBytes = 0;
  #readBytes = 0;

  readonly push = (chunk: Buffer): number => {
    let offset = 0;
    while (offset < chunk.length && this.#state !== "complete") {
      offset =
        this.#state === "data" ? this.#skipData(chunk, offset) : this.#takeLine(chunk, offset);
    }
    return offset;
  };

  readonly isComplete = (): boolean => this.#state === "complete";

  readonly bodyBytes = (): number => this.#readBytes;

  #skipData(chunk: Buffer, offset: number): number {
    const taken = Math.min(chunk.length - offset, this.#leftInChunkBytes);
    this.#leftInChunkBytes -= taken;
    this.#readBytes += taken;
    if (this.#leftInChunkBytes === 0) this.#state = "data-end";
    return offset + taken;
  }

  #takeLine(chunk: Buffer, offset: number): number {
    const end = chunk.indexOf(LF, offset);
    const until = end === -1 ? chunk.length : end + 1;
    this.#line += chunk.toString("latin1", offset, until);
    if (this.#line.length > LINE_LIMIT_BYTES) throw malformed("a line between chunks is too long");
    if (end === -1) return until;
    if (this.#line.charCodeAt(this.#line.length - 2) !== CR) {
      throw malformed("a line between chunks does not end in CR LF");
    }
    const line = this.#line.slice(0, -2);
    this.#line = "";
    this.#endLine(line);
    return until;
  }

  #endLine(line: string): void {
    if (this.#state === "data-end") {
      if (line !== "") throw malformed("a chunk is longer than it says");
      this.#state = "size";
    } else if (this.#state === "trailer") {
      if (line === "") this.#state = "complete";
    } else {
      const size = CHUNK_SIZE_LINE.exec(line)?.[1];
      if (size === undefined) throw malformed("a chunk has no valid size");
      this.#leftInChunkBytes = Number.parseInt(size, 16);
      this.#state = this.#leftInChunkBytes === 0 ? "trailer" : "data";
    }
  }
}
