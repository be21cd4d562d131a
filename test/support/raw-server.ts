import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import {
  HttpTransport,
  type HttpTransportOptions,
} from "../../src/adapters/network/http-transport.ts";
import type { Address, Resolver } from "../../src/ports/resolver.ts";

/** What a server of raw bytes does. */
export interface RawServerOptions {
  /** Gets each connection, with TLS once it is agreed upon. */
  readonly onConnection?: (socket: Socket) => void;
  /** Gets the head of each request, without its last two line breaks. */
  readonly onRequest?: (socket: Socket, head: string) => void;
  /** Key and certificate for TLS; plain TCP by default. */
  readonly tls?: TlsOptions;
}

/** A server on loopback that sends what bytes it likes. */
export interface RawServer extends AsyncDisposable {
  readonly port: number;
  /** Such as `http://127.0.0.1:49152`. */
  readonly origin: string;
  /** The heads of all requests so far. */
  readonly requests: readonly string[];
  /** How many connections there have been. */
  readonly connections: () => number;
  /** Waits until every connection has been closed. */
  readonly allClosed: () => Promise<void>;
}

/** Starts a server of raw bytes. */
export async function rawServer(options: RawServerOptions = {}): Promise<RawServer> {
  const requests: string[] = [];
  const open = new Set<Socket>();
  const watchers = new Set<() => void>();
  let connections = 0;

  const serve = (socket: Socket): void => {
    socket.on("error", () => undefined);
    options.onConnection?.(socket);
    let pending = "";
    socket.on("data", (chunk) => {
      const heads = (pending + chunk.toString("latin1")).split("\r\n\r\n");
      pending = heads.pop() ?? "";
      requests.push(...heads);
      for (const head of heads) options.onRequest?.(socket, head);
    });
  };
  const server: Server =
    options.tls === undefined ? createServer(serve) : createTlsServer(options.tls, serve);
  server.on("tlsClientError", () => undefined);
  server.on("connection", (socket: Socket) => {
    connections += 1;
    open.add(socket.setNoDelay(true).on("error", () => undefined));
    socket.on("close", () => {
      open.delete(socket);
      for (const watcher of watchers) watcher();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `${options.tls === undefined ? "http" : "https"}://127.0.0.1:${String(port)}`,
    requests,
    connections: () => connections,
    allClosed: () =>
      new Promise((resolve) => {
        const watcher = (): void => {
          if (open.size > 0) return;
          watchers.delete(watcher);
          resolve();
        };
        watchers.add(watcher);
        watcher();
      }),
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Writes a whole response with a body of a known length. */
export function response(status: number, headers: Record<string, string> = {}, body = ""): string {
  const length = { "Content-Length": String(Buffer.byteLength(body)) };
  const lines = Object.entries({ ...length, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `HTTP/1.1 ${String(status)} Phrase\r\n${lines.join("")}\r\n${body}`;
}

/** A resolver that gives every name the same addresses. */
export function fixedResolver(...addresses: readonly string[]): Resolver {
  const found: Address[] = addresses.map((address) => ({
    address,
    family: address.includes(":") ? 6 : 4,
  }));
  return {
    lookup: () => found,
    resolve: () => Promise.resolve(found),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A transport over the network for which every name is this machine, unless told otherwise. */
export function loopbackTransport(options: Partial<HttpTransportOptions> = {}): HttpTransport {
  return new HttpTransport({
    resolver: fixedResolver("127.0.0.1"),
    userAgent: "clockwork/test",
    ...options,
  });
}
