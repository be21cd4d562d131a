import type { Socket } from "node:net";
import { abortReason } from "../../model/abort.ts";
import type { Address, Resolver } from "../../ports/resolver.ts";
import type { Endpoint } from "../../ports/sockets.ts";
import { openSocket, type Destination } from "./open-socket.ts";

/** A socket that stands, and whom it leads to, such as `127.0.0.1:8080`. */
export interface Opened {
  readonly socket: Socket;
  readonly peer: string;
}

/**
 * Finds the addresses of an endpoint.
 *
 * @param resolver - Who knows names.
 * @param to - The endpoint.
 * @param signal - Gives up.
 * @returns One or more, in the order in which they should be tried; the signal is not aborted then.
 * @throws {@link TransportError} When the name has no address, or none could be learned.
 * @throws {@link RangeError} When the port is none.
 * @throws The signal's reason.
 */
export async function addressesOf(
  resolver: Resolver,
  { host, port }: Endpoint,
  signal: AbortSignal,
): Promise<readonly Address[]> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new RangeError(`port must be 1 to 65535: got ${String(port)}`);
  }
  throwIfAborted(signal);
  const addresses = resolver.lookup(host) ?? (await resolver.resolve(host, signal));
  throwIfAborted(signal);
  return addresses;
}

/**
 * Opens a socket to the first address that connects.
 *
 * @param destination - Where to.
 * @param signal - Gives up; not aborted yet.
 * @param onRead - Gets what the other side sends; a chunk is valid during the call only.
 * @returns The socket. Until somebody else listens, its errors are nobody's business.
 * @throws {@link TransportError} When it cannot be opened.
 * @throws The signal's reason.
 */
export function opened(
  destination: Destination,
  signal: AbortSignal,
  onRead: (chunk: Buffer) => void = () => undefined,
): Promise<Opened> {
  return new Promise((resolve, reject) => {
    openSocket(destination, signal, {
      onConnected: undefined,
      onRead,
      onOpen: ({ socket, peer }) => {
        socket.on("error", () => undefined);
        resolve({ socket, peer });
      },
      onFail: reject,
    });
  });
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortReason(signal);
}
