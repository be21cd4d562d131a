import { abortReason } from "../../model/abort.ts";
import { TransportError } from "../../model/errors.ts";
import { opened, type Opened } from "./endpoint.ts";
import { describeFailure } from "./failure.ts";
import type { Destination } from "./open-socket.ts";

/** One step of a talk: what is waited for, then what is sent. */
export interface TalkStep {
  /** Tells whether a line, as Latin-1, is the one that is waited for; null to wait for none. */
  readonly accepts: ((line: string) => boolean) | null;
  /** Gives the line to be sent, as Latin-1 and without its end; null to send none. */
  readonly says: (() => string) | null;
}

/** How a talk goes. */
export interface TalkOptions {
  readonly steps: readonly TalkStep[];
  /** Gives up; not aborted yet. */
  readonly signal: AbortSignal;
}

const LIMIT_BYTES = 1024 * 1024;
const LINE_LIMIT_BYTES = 64 * 1024;

/**
 * Opens a connection, talks in lines over it, and closes it.
 *
 * @param destination - Where to, over TLS perhaps.
 * @param options - The steps.
 * @returns True when all steps were gone through, false when the other side ended before.
 * @throws {@link TransportError} When the connection fails, or more is sent than is read.
 * @throws The signal's reason, and what a step throws.
 */
export async function lineTalk(
  destination: Destination,
  { steps, signal }: TalkOptions,
): Promise<boolean> {
  const lines = new Lines();
  const connection = await opened(destination, signal, lines.push);
  const onAbort = (): void => {
    lines.fail(abortReason(signal));
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    listen(connection, lines);
    return await carryOut(steps, lines, connection);
  } finally {
    signal.removeEventListener("abort", onAbort);
    connection.socket.destroySoon();
    // Nothing of it is waited for: whoever does not take what is left has had its time.
    if (signal.aborted || steps.length > 0) connection.socket.destroy();
  }
}

function listen({ socket, peer }: Opened, lines: Lines): void {
  socket.on("error", (error) => {
    lines.fail(describeFailure(error, peer));
  });
  socket.on("end", () => {
    lines.end();
  });
}

async function carryOut(
  steps: readonly TalkStep[],
  lines: Lines,
  { socket }: Opened,
): Promise<boolean> {
  for (const { accepts, says } of steps) {
    if (accepts !== null && !(await isHeard(accepts, lines))) return false;
    if (says !== null) socket.write(`${says()}\n`, "latin1");
  }
  return true;
}

async function isHeard(accepts: (line: string) => boolean, lines: Lines): Promise<boolean> {
  for (;;) {
    const line = await lines.next();
    if (line === null) return false;
    if (accepts(line)) return true;
  }
}

interface Waiting {
  readonly resolve: (line: string | null) => void;
  readonly reject: (error: Error) => void;
}

/** What the other side sends, in lines. */
class Lines {
  #text = "";
  #bytes = 0;
  #hasEnded = false;
  #error: Error | null = null;
  #waiting: Waiting | null = null;

  readonly push = (chunk: Buffer): void => {
    this.#bytes += chunk.length;
    this.#text += chunk.toString("latin1");
    const isTooLong = this.#text.length > LINE_LIMIT_BYTES && !this.#text.includes("\n");
    if (this.#bytes > LIMIT_BYTES || isTooLong) {
      this.fail(new TransportError("the other side sends more than is read"));
    } else this.#settle();
  };

  end(): void {
    this.#hasEnded = true;
    this.#settle();
  }

  fail(error: Error): void {
    this.#error ??= error;
    this.#settle();
  }

  // The next line without its end; null when there is none any more.
  async next(): Promise<string | null> {
    return await new Promise<string | null>((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#settle();
    });
  }

  #settle(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    const line = this.#error === null ? this.#take() : null;
    if (line === undefined) return;
    this.#waiting = null;
    if (this.#error === null) waiting.resolve(line);
    else waiting.reject(this.#error);
  }

  // A last line need not have an end. Undefined as long as more may come.
  #take(): string | null | undefined {
    const end = this.#text.indexOf("\n");
    if (end === -1 && !this.#hasEnded) return undefined;
    if (end === -1 && this.#text === "") return null;
    const line = end === -1 ? this.#text : this.#text.slice(0, end);
    this.#text = end === -1 ? "" : this.#text.slice(end + 1);
    return line.replace(/\r$/u, "");
  }
}
