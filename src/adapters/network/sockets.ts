import type { Clock } from "../../ports/clock.ts";
import type { Resolver } from "../../ports/resolver.ts";
import type { Endpoint, Sockets } from "../../ports/sockets.ts";
import { converse } from "./conversation.ts";
import { sendDatagram } from "./datagram.ts";
import { addressesOf, opened } from "./endpoint.ts";
import type { Destination, Security } from "./open-socket.ts";
import { bareName, TlsObserver } from "./tls-observation.ts";

/** What sockets need of the world. */
export interface NetworkSocketsOptions {
  /** Turns names into addresses; whoever made it disposes it. */
  readonly resolver: Resolver;
  readonly clock: Pick<Clock, "after" | "elapsedMs">;
}

/**
 * Makes connections below the level of HTTP, over the network.
 *
 * Where a name has several addresses, connections to them are raced; datagrams go to one after the other.
 *
 * @param options - Resolver and clock.
 * @returns The sockets. They keep nothing open between two calls.
 */
export function networkSockets({ resolver, clock }: NetworkSocketsOptions): Sockets {
  let observer: Promise<TlsObserver> | null = null;

  async function destinationOf(
    to: Endpoint,
    signal: AbortSignal,
    security: Security | null = null,
  ): Promise<Destination> {
    const addresses = await addressesOf(resolver, to, signal);
    return { hostname: bareName(to.host), port: to.port, addresses, security };
  }

  return {
    connect: async (to, signal) => {
      const { socket } = await opened(await destinationOf(to, signal), signal);
      socket.destroy();
    },
    datagram: async (to, options) => {
      const addresses = await addressesOf(resolver, to, options.signal);
      return await sendDatagram({ ...options, addresses, port: to.port, clock });
    },
    converse: async (to, options) => {
      return await converse(await destinationOf(to, options.signal), options, clock);
    },
    tls: async (to, { serverName, trusted, signal }) => {
      observer ??= TlsObserver.load();
      const tls = await observer;
      const hostname = bareName(serverName);
      const security = tls.security(trusted ?? null);
      const destination = { ...(await destinationOf(to, signal, security)), hostname };
      const secured = await opened(destination, signal);
      try {
        return tls.observe(secured, hostname);
      } finally {
        // What is left of the handshake still goes out: servers log a broken one as an error.
        secured.socket.destroySoon();
      }
    },
  };
}
