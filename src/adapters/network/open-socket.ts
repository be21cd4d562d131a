import { connect as connectTcp, isIP, type Socket } from "node:net";
import type { ConnectionOptions, SecureContext, TLSSocket } from "node:tls";
import { abortReason } from "../../model/abort.ts";
import { TransportError } from "../../model/errors.ts";
import type { Address } from "../../ports/resolver.ts";
import { describeFailure } from "./failure.ts";
import { race } from "./race.ts";

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

/** A socket over which requests can be sent. */
export interface OpenedSocket {
  readonly socket: Socket;
  /** The other side, such as `127.0.0.1:8080`. */
  readonly peer: string;
  readonly times: ConnectionTimes;
}

/** Who hears of a socket. The first call of `onOpen` or `onFail` counts. */
export interface SocketListeners {
  /** Called once TCP stands, before TLS. */
  readonly onConnected: (() => void) | undefined;
  /** Gets what the other side sends; a chunk is valid during the call only. */
  readonly onRead: (chunk: Buffer) => void;
  readonly onOpen: (opened: OpenedSocket) => void;
  /** Gets a {@link TransportError}, or the reason of the signal; nothing is left open then. */
  readonly onFail: (error: Error) => void;
}

/**
 * One buffer for what all plain connections read: a chunk is parsed before the call that brought it returns, so nothing ever
 * refers to it twice. Without it, each connection would take 64 KiB for its first read.
 */
const readBuffer = Buffer.allocUnsafe(64 * 1024);
const CAN_SHARE_BUFFER = process.platform !== "win32";

/**
 * Opens a socket to the first address that connects, and speaks TLS over it where that is asked for.
 *
 * @param destination - Where to.
 * @param signal - Gives up; not aborted yet.
 * @param listeners - Who hears of it.
 */
export function openSocket(
  destination: Destination,
  signal: AbortSignal,
  listeners: SocketListeners,
): void {
  new Opening(destination, signal, listeners).start();
}

class Opening {
  readonly #destination: Destination;
  readonly #signal: AbortSignal;
  readonly #listeners: SocketListeners;
  #peer: string;
  #connectedMs = 0;
  #stop: () => void = () => undefined;

  constructor(destination: Destination, signal: AbortSignal, listeners: SocketListeners) {
    this.#destination = destination;
    this.#signal = signal;
    this.#listeners = listeners;
    this.#peer = peerOf(destination.hostname, destination.port);
  }

  start(): void {
    const { addresses } = this.#destination;
    const [only] = addresses;
    this.#signal.addEventListener("abort", this.#onAbort, { once: true });
    if (only !== undefined && addresses.length === 1) this.#connectTo(only);
    else this.#race();
  }

  #connectTo(address: Address): void {
    const { hostname, port, security } = this.#destination;
    const { onRead } = this.#listeners;
    const where = { host: address.address, port };
    const socket =
      security === null
        ? connectPlain(where, onRead)
        : security.connect({ ...where, ...tlsOptions(hostname, security) }).on("data", onRead);
    this.#settleOn(socket, address);
    socket.once("connect", () => {
      this.#connected(socket);
    });
  }

  #race(): void {
    const { port, addresses, security } = this.#destination;
    this.#stop = race({
      addresses,
      connect: ({ address }) => {
        const where = { host: address, port };
        // A socket that TLS takes over must not read by itself.
        return security === null ? connectPlain(where, this.#listeners.onRead) : connectTcp(where);
      },
      onAllFailed: (errors) => {
        this.#onError(new AggregateError(errors));
      },
      onWin: (winner, address) => {
        if (security === null) {
          this.#settleOn(winner, address);
          this.#connected(winner);
        } else {
          this.#stop = () => {
            winner.destroy();
          };
          this.#connected(winner);
          // Who was told may have given up at once.
          if (!winner.destroyed) this.#secure(winner, address, security);
        }
      },
    });
  }

  #secure(winner: Socket, address: Address, security: Security): void {
    const { hostname } = this.#destination;
    const options = { ...tlsOptions(hostname, security), host: hostname, socket: winner };
    const socket = security.connect(options).on("data", this.#listeners.onRead);
    this.#settleOn(socket, address);
  }

  // From here on, everything depends on one socket.
  #settleOn(socket: Socket, { address }: Address): void {
    const { port, security } = this.#destination;
    this.#peer = peerOf(address, port);
    this.#stop = () => {
      socket.destroy();
    };
    socket.once("error", this.#onError).once("end", this.#onEarlyEnd);
    if (security === null) return;
    socket.once("secureConnect", () => {
      this.#opened(socket, performance.now());
    });
  }

  #connected(socket: Socket): void {
    this.#connectedMs = performance.now();
    this.#listeners.onConnected?.();
    if (this.#destination.security === null) this.#opened(socket, null);
  }

  #opened(socket: Socket, securedMs: number | null): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
    socket.off("error", this.#onError).off("end", this.#onEarlyEnd);
    const times = { connectedMs: this.#connectedMs, securedMs };
    this.#listeners.onOpen({ socket, peer: this.#peer, times });
  }

  readonly #onError = (error: Error): void => {
    this.#fail(describeFailure(error, this.#peer));
  };

  readonly #onEarlyEnd = (): void => {
    const says = "connection closed by the other side during the TLS handshake";
    this.#fail(new TransportError(`${says} (${this.#peer}, ECONNRESET)`));
  };

  readonly #onAbort = (): void => {
    this.#fail(abortReason(this.#signal));
  };

  #fail(error: Error): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#stop();
    this.#listeners.onFail(error);
  }
}

function connectPlain(
  where: { readonly host: string; readonly port: number },
  onRead: (chunk: Buffer) => void,
): Socket {
  if (!CAN_SHARE_BUFFER) return connectTcp(where).on("data", onRead);
  const callback = (byteCount: number): boolean => {
    onRead(readBuffer.subarray(0, byteCount));
    return true;
  };
  return connectTcp({ ...where, onread: { buffer: readBuffer, callback } });
}

function tlsOptions(hostname: string, { secureContext }: Security): ConnectionOptions {
  // A name in a certificate or a handshake has no dot at its end (RFC 6066).
  const name = hostname.replace(/\.$/u, "");
  const servername = isIP(name) === 0 ? { servername: name } : {};
  return { secureContext, ALPNProtocols: ["http/1.1"], ...servername };
}

function peerOf(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${String(port)}` : `${host}:${String(port)}`;
}
