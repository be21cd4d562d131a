import { connect as connectTcp, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { abortReason } from "../../model/abort.ts";
import { DatabaseError } from "../../model/errors.ts";
import type { Resolver } from "../../ports/resolver.ts";
import { race } from "../network/race.ts";
import { noAnswer } from "./failures.ts";

/** How much is read for one step: the handshake, or one query. A value has to be whole in memory before it can be left out. */
const READ_LIMIT_BYTES = 16 * 1024 * 1024;

/** A step was sent more than anybody wants to read. The connection is closed then, as there is no other way to stop it. */
export class AnswerTooLong extends DatabaseError {}

/** Where to connect to, and who gives up. */
export interface WireOptions {
  readonly host: string;
  readonly port: number;
  readonly resolver: Resolver;
  readonly signal: AbortSignal;
}

/**
 * A connection over TCP that somebody else's driver speaks over.
 *
 * It keeps what drivers do not: every wait ends when the signal is aborted, and then nothing is left open; what a driver
 * throws on bytes that it cannot read ends the connection, not the process; nobody reads without a limit.
 */
export class Wire {
  readonly socket: Socket;
  /** The other side, such as `127.0.0.1:5432`. */
  readonly peer: string;
  /** Looks at what comes before the driver does; what it throws ends the connection. */
  inspect: ((chunk: Uint8Array) => void) | null = null;
  readonly #signal: AbortSignal;
  readonly #streams: Duplex[] = [];
  readonly #waiting = new Set<(error: Error) => void>();
  #failure: Error | null = null;
  #readBytes = 0;

  private constructor(socket: Socket, peer: string, signal: AbortSignal) {
    this.socket = socket;
    this.peer = peer;
    this.#signal = signal;
    signal.addEventListener("abort", this.#onAbort, { once: true });
    socket.once("close", () => {
      signal.removeEventListener("abort", this.#onAbort);
    });
    this.guard(socket);
  }

  /**
   * Connects to the first address that answers.
   *
   * @param options - Where to, and who gives up.
   * @returns A connection over which nothing has been said.
   * @throws {@link DatabaseError} When nobody can be reached; {@link ObservationError} when our own machine fails; the
   *   signal's reason.
   */
  static async open({ host, port, resolver, signal }: WireOptions): Promise<Wire> {
    const name = `${host.includes(":") ? `[${host}]` : host}:${String(port)}`;
    try {
      const addresses = resolver.lookup(host) ?? (await resolver.resolve(host, signal));
      const { socket, peer } = await connectToFirst(addresses, port, signal);
      return new Wire(socket, peer, signal);
    } catch (error) {
      throw signal.aborted ? abortReason(signal) : noAnswer(error, name);
    }
  }

  /**
   * Holds a stream of this connection to the rules: the socket's own, or TLS over it. Call it before the stream's first byte
   * is read.
   *
   * @param stream - What the driver reads from.
   */
  guard(stream: Duplex): void {
    this.#streams.push(stream);
    const emit = stream.emit.bind(stream);
    const guarded = (event: string | symbol, ...args: readonly unknown[]): boolean => {
      try {
        if (event === "data") this.#look(args[0]);
        return this.#failure !== null && event === "data" ? true : emit(event, ...args);
      } catch {
        this.fail(this.malformed());
        return true;
      }
    };
    Object.assign(stream, { emit: guarded });
    stream.on("error", (error) => {
      this.fail(noAnswer(error, this.peer));
    });
    stream.on("close", () => {
      this.fail(
        new DatabaseError("unreachable", `connection closed by the other side (${this.peer})`),
      );
    });
  }

  /**
   * Says that the other side does not speak as it should.
   *
   * @returns The error; the connection stands on.
   */
  malformed(): DatabaseError {
    return new DatabaseError(
      "unreachable",
      `the answer is not that of such a server (${this.peer})`,
    );
  }

  /**
   * Tells what the connection itself failed with from what a driver made of it.
   *
   * @param error - What somebody caught.
   * @returns True for the error that is to be passed on as it is: also the signal's reason.
   */
  isFailure(error: unknown): error is Error {
    return error !== null && error === this.#failure;
  }

  /**
   * Waits for a step of the conversation, unless the connection fails or nobody wants it any more.
   *
   * @param start - Starts it.
   * @returns What it came to.
   * @throws What it throws, what the connection failed with, or the signal's reason.
   */
  step<T>(start: () => Promise<T>): Promise<T> {
    this.#readBytes = 0;
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) {
        reject(this.#failure);
        return;
      }
      this.#waiting.add(reject);
      const run = async (): Promise<T> => await start();
      run()
        .then(resolve, reject)
        .finally(() => {
          this.#waiting.delete(reject);
        });
    });
  }

  /**
   * Closes the connection at once. Every step, under way or to come, rejects.
   *
   * @param error - What they reject with. Only the first one counts.
   */
  fail(error: Error): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    for (const stream of this.#streams) stream.destroy();
    for (const reject of this.#waiting) reject(error);
    this.#waiting.clear();
  }

  /**
   * Closes the connection: in good order when nothing is under way, otherwise at once.
   *
   * @param sayGoodbye - Writes the last words to the stream.
   * @returns Once nothing is open.
   */
  async close(sayGoodbye: () => void): Promise<void> {
    const closed = new DatabaseError("unreachable", "the connection has been closed");
    if (this.#failure !== null || this.#waiting.size > 0) {
      this.fail(closed);
      return;
    }
    this.#failure = closed;
    const [stream = this.socket] = this.#streams.slice(-1);
    sayGoodbye();
    await new Promise<void>((resolve) => {
      this.socket.once("close", resolve);
      stream.end(() => {
        for (const each of this.#streams) each.destroy();
      });
      if (this.socket.destroyed) resolve();
    });
  }

  readonly #onAbort = (): void => {
    this.fail(abortReason(this.#signal));
    // Also one that is saying goodbye.
    for (const stream of this.#streams) stream.destroy();
  };

  #look(chunk: unknown): void {
    if (!(chunk instanceof Uint8Array)) return;
    this.inspect?.(chunk);
    this.#readBytes += chunk.length;
    if (this.#readBytes <= READ_LIMIT_BYTES) return;
    const reason = `the answer is longer than ${String(READ_LIMIT_BYTES)} bytes (${this.peer})`;
    // Whoever waits may make do with what has been read; for all others the connection is closed.
    for (const reject of this.#waiting) reject(new AnswerTooLong("unreachable", reason));
    this.fail(
      new DatabaseError("unreachable", `closed by us, as an answer was too long (${this.peer})`),
    );
  }
}

function connectToFirst(
  addresses: Parameters<typeof race>[0]["addresses"],
  port: number,
  signal: AbortSignal,
): Promise<{ readonly socket: Socket; readonly peer: string }> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortReason(signal));
      return;
    }
    const onAbort = (): void => {
      stop();
      reject(abortReason(signal));
    };
    const stop = race({
      addresses,
      connect: ({ address }) => connectTcp({ host: address, port }),
      onWin: (socket, { address, family }) => {
        signal.removeEventListener("abort", onAbort);
        // A failure that comes before whoever waits has taken over is seen when the socket closes.
        socket.on("error", () => undefined);
        const peer = `${family === 6 ? `[${address}]` : address}:${String(port)}`;
        resolve({ socket, peer });
      },
      onAllFailed: (errors) => {
        signal.removeEventListener("abort", onAbort);
        reject(new AggregateError(errors));
      },
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
