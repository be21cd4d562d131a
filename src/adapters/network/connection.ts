import { connect as connectTcp, isIP, type Socket } from "node:net";
import type { ConnectionOptions, SecureContext, TLSSocket } from "node:tls";
import { abortReason } from "../../model/abort.ts";
import { TransportError } from "../../model/errors.ts";
import type { Address } from "../../ports/resolver.ts";
import { describeFailure } from "./failure.ts";
import { ResponseReader } from "./response-reader.ts";

/** How to speak TLS: Node's own module, which takes 10 ms to load, and so is loaded by whoever needs it. */
export interface Security {
  readonly connect: (options: ConnectionOptions) => TLSSocket;
  /** What is trusted. */
  readonly secureContext: SecureContext;
}

/** Where to connect to. */
export interface Destination {
  /** The name in the URL, without brackets; what a certificate must be for. */
  readonly hostname: string;
  /** 1 to 65535. */
  readonly port: number;
  /** One or more, in the order in which they are tried. */
  readonly addresses: readonly Address[];
  /** Null for plain TCP. */
  readonly security: Security | null;
}

/** When the steps of a connection were done, on the clock of `performance.now()`, in milliseconds. */
export interface ConnectionTimes {
  readonly connectedMs: number;
  /** Null without TLS. */
  readonly securedMs: number | null;
}

/** A response, and when its first byte came, on the clock of `performance.now()`, in milliseconds. */
export interface Exchanged {
  readonly reader: ResponseReader;
  readonly firstByteMs: number;
}

/** After this long without an answer, the next address of a name is tried beside the first (RFC 8305). */
const NEXT_ADDRESS_MS = 250;

/**
 * One buffer for what all plain connections read: a chunk is parsed before the call that brought it returns, so nothing ever
 * refers to it twice. Without it, each connection would take 64 KiB for its first read.
 */
const readBuffer = Buffer.allocUnsafe(64 * 1024);
const CAN_SHARE_BUFFER = process.platform !== "win32";

interface Waiting {
  readonly reader: ResponseReader;
  readonly resolve: (exchanged: Exchanged) => void;
  readonly reject: (error: Error) => void;
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
   * @param signal - Gives up.
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
      const peer = peerOf(destination);
      let connection: Connection | null = null;
      let connectedMs = 0;
      const socket = openSocket(destination, (chunk) => {
        if (connection !== null) connection.#read(chunk);
      });
      const fail = (error: Error): void => {
        signal.removeEventListener("abort", onAbort);
        socket.destroy();
        reject(error);
      };
      const onError = (error: Error): void => {
        fail(describeFailure(error, peer));
      };
      const onEarlyEnd = (): void => {
        const says = "connection closed by the other side during the TLS handshake";
        fail(new TransportError(`${says} (${peer}, ECONNRESET)`));
      };
      function onAbort(this: AbortSignal): void {
        fail(abortReason(this));
      }
      const done = (securedMs: number | null): void => {
        signal.removeEventListener("abort", onAbort);
        socket.off("error", onError).off("end", onEarlyEnd);
        connection = new Connection(socket, peer);
        connection.#listen();
        resolve({ connection, times: { connectedMs, securedMs } });
      };
      signal.addEventListener("abort", onAbort, { once: true });
      socket.once("error", onError).once("end", onEarlyEnd);
      socket.once("connect", () => {
        connectedMs = performance.now();
        onConnected?.();
        if (destination.security === null) done(null);
      });
      if (destination.security !== null) {
        socket.once("secureConnect", () => {
          done(performance.now());
        });
      }
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
   * @param request - The head of the request, as it goes over the wire.
   * @param bodyLimitBytes - Where the body of the response is cut.
   * @param signal - Gives up, and closes the connection.
   * @returns The response. The connection stands on, whatever the response says.
   * @throws {@link TransportError} When no whole response came.
   */
  exchange(request: string, bodyLimitBytes: number, signal: AbortSignal): Promise<Exchanged> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#fail(abortReason(signal));
      };
      const settled = (): void => {
        this.#waiting = null;
        signal.removeEventListener("abort", onAbort);
      };
      this.#waiting = {
        reader: new ResponseReader(bodyLimitBytes),
        resolve: (exchanged) => {
          settled();
          resolve(exchanged);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
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
    waiting.firstByteMs ??= performance.now();
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

function openSocket(destination: Destination, onRead: (chunk: Buffer) => void): Socket {
  const { security, hostname, port } = destination;
  const where = addressOptions(destination);
  if (security !== null) {
    // A name in a certificate or a handshake has no dot at its end (RFC 6066).
    const name = hostname.replace(/\.$/u, "");
    const servername = isIP(name) === 0 ? { servername: name } : {};
    const { connect, secureContext } = security;
    const alpn = { ALPNProtocols: ["http/1.1"] };
    const socket = connect({ ...where, port, secureContext, ...alpn, ...servername });
    return socket.on("data", onRead);
  }
  if (!CAN_SHARE_BUFFER) return connectTcp({ ...where, port }).on("data", onRead);
  const callback = (byteCount: number): boolean => {
    onRead(readBuffer.subarray(0, byteCount));
    return true;
  };
  return connectTcp({ ...where, port, onread: { buffer: readBuffer, callback } });
}

type Lookup = (
  hostname: string,
  options: object,
  callback: (error: null, addresses: { address: string; family: number }[]) => void,
) => void;

interface AddressOptions {
  readonly host: string;
  readonly autoSelectFamily?: true;
  readonly autoSelectFamilyAttemptTimeout?: number;
  readonly lookup?: Lookup;
}

// One address needs no race; several are raced by Node, each given a head start.
function addressOptions({ hostname, addresses }: Destination): AddressOptions {
  const [only] = addresses;
  if (only !== undefined && addresses.length === 1) return { host: only.address };
  return {
    host: hostname,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
    lookup: (_hostname, _options, callback) => {
      callback(null, [...addresses]);
    },
  };
}

function peerOf({ hostname, addresses, port }: Destination): string {
  const only = addresses.length === 1 ? addresses[0] : undefined;
  const host = only?.address ?? hostname;
  return host.includes(":") ? `[${host}]:${String(port)}` : `${host}:${String(port)}`;
}
