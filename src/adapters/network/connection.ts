import type { Socket } from "node:net";
import { abortReason } from "../../model/abort.ts";
import { describeFailure } from "./failure.ts";
import { openSocket, type ConnectionTimes, type Destination } from "./open-socket.ts";
import { ResponseReader, type ReadingOptions } from "./response-reader.ts";

/** A response, and when its first byte came, on the clock of `performance.now()`, in milliseconds. */
export interface Exchanged {
  readonly reader: ResponseReader;
  readonly firstByteMs: number;
}

/** What is read of a response, and who hears of it. */
export interface ExchangeOptions {
  /** Where the body of the response is cut, in bytes. */
  readonly bodyLimitBytes: number;
  /** Gives up, and closes the connection. */
  readonly signal: AbortSignal;
  /** Called once, when the first byte of the response comes. */
  readonly onFirstByte?: (() => void) | undefined;
  /** How the response is read, where the request was no plain GET. */
  readonly reading?: ReadingOptions | undefined;
}

interface Waiting {
  readonly reader: ResponseReader;
  readonly resolve: (exchanged: Exchanged) => void;
  readonly reject: (error: Error) => void;
  readonly onFirstByte: (() => void) | undefined;
  firstByteMs: number | null;
}

/** A connection to an HTTP server, plain or over TLS, that carries one exchange at a time. */
export class Connection {
  readonly #socket: Socket;
  readonly #peer: string;
  #waiting: Waiting | null = null;
  #isBroken = false;
  #onIdleClose: (() => void) | null = null;

  private constructor(socket: Socket, peer: string) {
    this.#socket = socket;
    this.#peer = peer;
  }

  /**
   * Opens a connection.
   *
   * @param destination - Where to.
   * @param signal - Gives up; not aborted yet.
   * @param onConnected - Called once TCP stands, before TLS.
   * @returns The connection, and when each step was done.
   * @throws {@link TransportError} When it does not come about.
   */
  static open(
    destination: Destination,
    signal: AbortSignal,
    onConnected?: () => void,
  ): Promise<{ connection: Connection; times: ConnectionTimes }> {
    return new Promise((resolve, reject) => {
      let connection: Connection | null = null;
      openSocket(destination, signal, {
        onConnected,
        onRead: (chunk) => {
          if (connection !== null) connection.#read(chunk);
        },
        onOpen: ({ socket, peer, times }) => {
          connection = new Connection(socket, peer);
          connection.#listen();
          resolve({ connection, times });
        },
        onFail: reject,
      });
    });
  }

  /**
   * Whether it can carry an exchange.
   *
   * @returns False once either side has closed it.
   */
  get isUsable(): boolean {
    return !this.#isBroken && this.#waiting === null;
  }

  /**
   * Sends a request and reads the response.
   *
   * @param request - Head and body of the request, each character being one byte that goes over the wire.
   * @param options - Limit, signal, and who hears of the first byte.
   * @returns The response. The connection stands on, whatever the response says.
   * @throws {@link TransportError} When no whole response came.
   */
  exchange(
    request: string,
    { bodyLimitBytes, signal, onFirstByte, reading }: ExchangeOptions,
  ): Promise<Exchanged> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#fail(abortReason(signal));
      };
      const settled = (): void => {
        this.#waiting = null;
        signal.removeEventListener("abort", onAbort);
      };
      this.#waiting = {
        reader: new ResponseReader(bodyLimitBytes, reading),
        resolve: (exchanged) => {
          settled();
          resolve(exchanged);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
        onFirstByte,
        firstByteMs: null,
      };
      if (signal.aborted) {
        onAbort();
        return;
      }
      signal.addEventListener("abort", onAbort, { once: true });
      this.#socket.write(request, "latin1");
    });
  }

  /**
   * Asks to be told when the other side closes the connection while it is idle.
   *
   * @param callback - Called at most once; null takes it back.
   */
  onIdleClose(callback: (() => void) | null): void {
    this.#onIdleClose = callback;
  }

  /** Closes it at once. */
  destroy(): void {
    this.#isBroken = true;
    this.#socket.destroy();
  }

  #listen(): void {
    this.#socket.on("error", (error) => {
      this.#fail(describeFailure(error, this.#peer));
    });
    this.#socket.on("end", () => {
      this.#end();
    });
  }

  #read(chunk: Buffer): void {
    const waiting = this.#waiting;
    if (waiting === null) {
      // Nobody asked: what comes now can belong to no request.
      this.#broke();
      return;
    }
    if (waiting.firstByteMs === null) {
      waiting.firstByteMs = performance.now();
      waiting.onFirstByte?.();
    }
    try {
      if (waiting.reader.push(chunk)) this.#complete(waiting);
    } catch (error) {
      this.#fail(describeFailure(error, this.#peer));
    }
  }

  #end(): void {
    const waiting = this.#waiting;
    if (waiting !== null) {
      try {
        waiting.reader.end();
        this.#complete(waiting);
      } catch (error) {
        waiting.reject(describeFailure(error, this.#peer));
      }
    }
    this.#broke();
  }

  #complete(waiting: Waiting): void {
    waiting.resolve({
      reader: waiting.reader,
      firstByteMs: waiting.firstByteMs ?? performance.now(),
    });
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#broke();
  }

  #broke(): void {
    this.destroy();
    this.#onIdleClose?.();
    this.#onIdleClose = null;
  }
}
