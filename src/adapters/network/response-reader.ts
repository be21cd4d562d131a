import { TransportError } from "../../model/errors.ts";
import { BodyBuffer } from "./body-buffer.ts";
import { bodyReaderFor, type BodyReader } from "./body-reader.ts";
import { malformed, parseHead, quoted, type ResponseHead } from "./response-head.ts";

/** As Node's own limit, which leaves out what stands between names and values. */
const HEAD_LIMIT_BYTES = 16 * 1024;
/** More `100 Continue` and `103 Early Hints` than this are not an answer but a stall. */
const INTERIM_LIMIT = 16;
const SWITCHING_PROTOCOLS = 101;
const EMPTY = Buffer.alloc(0);
const PROTOCOL = "HTTP/";
const HEAD_END = "\r\n\r\n";
const CR = 13;
const LF = 10;

/** What is particular about the response to one request. */
export interface ReadingOptions {
  /** False for the answer to HEAD, which ends with its head whatever that says; true by default. */
  readonly mayHaveBody?: boolean;
  /** True to keep the body, as far as the limit; false by default. */
  readonly keepsBody?: boolean;
}

/** Reads one HTTP/1.1 response out of the bytes of a connection, as they come. */
export class ResponseReader {
  readonly #bodyLimitBytes: number;
  readonly #mayHaveBody: boolean;
  readonly #kept: BodyBuffer | null;
  /** The part of a head that has come so far, where it did not come in one piece. */
  #pending: Buffer = EMPTY;
  #head: ResponseHead | null = null;
  #body: BodyReader | null = null;
  #skippedBytes = 0;
  #interims = 0;
  #hasExtra = false;

  /**
   * Starts before the first byte of a response.
   *
   * @param bodyLimitBytes - Where a body is cut, 1 or more.
   * @param options - What the request was like, where it was no plain GET.
   */
  constructor(bodyLimitBytes: number, options?: ReadingOptions) {
    this.#bodyLimitBytes = bodyLimitBytes;
    this.#mayHaveBody = options?.mayHaveBody !== false;
    this.#kept = options?.keepsBody === true ? new BodyBuffer(bodyLimitBytes) : null;
  }

  /**
   * Status line and headers.
   *
   * @returns Null as long as they have not come.
   */
  get head(): ResponseHead | null {
    return this.#head;
  }

  /**
   * The content that was read.
   *
   * @returns At most the limit; empty when it is not kept.
   */
  get body(): Uint8Array {
    return this.#kept?.bytes() ?? EMPTY;
  }

  /**
   * How much content was read.
   *
   * @returns A count in bytes, at most the limit.
   */
  get bodyBytes(): number {
    return Math.min(this.#body?.bodyBytes() ?? 0, this.#bodyLimitBytes);
  }

  /**
   * Whether the body was cut.
   *
   * @returns True when there was more of it than the limit.
   */
  get isTruncated(): boolean {
    return (this.#body?.bodyBytes() ?? 0) > this.#bodyLimitBytes;
  }

  /**
   * Whether the connection may carry another request.
   *
   * @returns True when this response is whole and nothing came after it.
   */
  get isReusable(): boolean {
    return (
      this.#head?.isPersistent === true && this.#body?.isComplete() === true && !this.#hasExtra
    );
  }

  /**
   * Takes the next bytes of the connection. They may be overwritten afterwards: nothing refers to them any more.
   *
   * @param chunk - One or more bytes.
   * @returns True when the response is whole, or as much of it has come as is read.
   * @throws {@link TransportError} When it is malformed.
   */
  push(chunk: Buffer): boolean {
    let rest = chunk;
    while (this.#body === null) {
      const after = this.#takeHead(rest);
      if (after === null) return false;
      rest = after;
    }
    const taken = this.#body.push(rest);
    if (taken < rest.length) this.#hasExtra = true;
    return this.#body.isComplete() || this.isTruncated;
  }

  /**
   * Takes note that the other side closed the connection.
   *
   * @throws {@link TransportError} When the response was not whole by then.
   */
  end(): void {
    if (this.#head === null) {
      throw new TransportError(
        this.#pending.length === 0
          ? "connection closed before any answer came"
          : "connection closed in the middle of the response's head",
      );
    }
    if (this.#head.framing.kind !== "until-close" && this.#body?.isComplete() !== true) {
      throw new TransportError("connection closed before the whole body came");
    }
  }

  // Returns what follows the head, or null when more bytes are needed first.
  #takeHead(chunk: Buffer): Buffer | null {
    const bytes = this.#withPending(chunk);
    const seenBytes = this.#pending.length;
    const end = bytes.indexOf(HEAD_END, Math.max(0, seenBytes - HEAD_END.length), "latin1");
    checkBegin(bytes);
    checkLineEnds(end === -1 ? bytes : bytes.subarray(0, end), seenBytes);
    // Of an unfinished head, the last bytes may belong to the empty line that ends it.
    if ((end === -1 ? bytes.length - HEAD_END.length + 1 : end) > HEAD_LIMIT_BYTES) {
      throw malformed(`its head is longer than ${String(HEAD_LIMIT_BYTES)} bytes`);
    }
    if (end === -1) {
      this.#pending = Buffer.from(bytes);
      return null;
    }
    this.#pending = EMPTY;
    this.#endHead(parseHead(bytes.toString("latin1", 0, end), this.#mayHaveBody));
    return bytes.subarray(end + HEAD_END.length);
  }

  // Empty lines before a response are skipped, as Node's client does.
  #withPending(chunk: Buffer): Buffer {
    if (this.#pending.length > 0) return Buffer.concat([this.#pending, chunk]);
    let start = 0;
    while (chunk[start] === CR || chunk[start] === LF) start += 1;
    this.#skippedBytes += start;
    if (this.#skippedBytes > HEAD_LIMIT_BYTES) throw malformed("it begins with empty lines alone");
    return chunk.subarray(start);
  }

  #endHead(head: ResponseHead): void {
    if (head.status >= 200 || head.status === SWITCHING_PROTOCOLS) {
      this.#head = head;
      this.#body = bodyReaderFor(head.framing, this.#bodyLimitBytes, this.#kept?.append);
      return;
    }
    this.#interims += 1;
    if (this.#interims > INTERIM_LIMIT) throw malformed("it has too many interim responses");
  }
}

// What can be told before the head has ended is told at once: a service of another kind may never send an empty line.
function checkBegin(head: Buffer): void {
  if (!PROTOCOL.startsWith(head.toString("latin1", 0, PROTOCOL.length))) {
    throw malformed(`it begins with ${quoted(head.toString("latin1", 0, 100))}`);
  }
}

function checkLineEnds(head: Buffer, from: number): void {
  let at = head.indexOf(LF, from);
  while (at !== -1 && at < HEAD_LIMIT_BYTES) {
    if (head[at - 1] !== CR) throw malformed("a line of its head does not end in CR LF");
    at = head.indexOf(LF, at + 1);
  }
}
