import type { SecureContextOptions } from "node:tls";
import { abortReason } from "../../model/abort.ts";
import { TransportClosedError, TransportError } from "../../model/errors.ts";
import type { Address, Resolver } from "../../ports/resolver.ts";
import type { Transport, TransportRequest, TransportResponse } from "../../ports/transport.ts";
import { Connection, type ConnectionTimes, type Exchanged, type Security } from "./connection.ts";
import { ConnectionPool } from "./connection-pool.ts";

/** How to make HTTP exchanges over the network. */
export interface HttpTransportOptions {
  /** Turns names into addresses. The transport disposes it with itself. */
  readonly resolver: Resolver;
  /** What the `User-Agent` header says. */
  readonly userAgent: string;
  /** True to send several requests over one connection. False, the default: each check asks whether a new client can connect. */
  readonly reuseConnections?: boolean;
  /** Certificates and keys, as Node's `tls.createSecureContext` takes them; what Node trusts by default. */
  readonly tls?: SecureContextOptions;
}

/** Makes HTTP/1.1 exchanges over TCP and TLS. */
export class HttpTransport implements Transport {
  readonly #options: HttpTransportOptions;
  readonly #pool = new ConnectionPool();
  #security: Promise<Security> | null = null;
  #state: "new" | "open" | "closed" = "new";

  /**
   * Makes a transport that is not open yet.
   *
   * @param options - Resolver, trust, and whether connections are reused.
   */
  constructor(options: HttpTransportOptions) {
    this.#options = options;
  }

  readonly open = async (): Promise<this> => {
    if (this.#state === "closed") throw new TransportClosedError("the transport is closed");
    this.#state = "open";
    return this;
  };

  readonly request = async (request: TransportRequest): Promise<TransportResponse> => {
    if (this.#state !== "open") {
      const hint = this.#state === "new" ? "not open: call open() first" : "closed";
      throw new TransportClosedError(`the transport is ${hint}`);
    }
    const startedMs = performance.now();
    const reused = await this.#requestOverIdle(request, startedMs);
    if (reused !== null) return reused;
    const addresses = await this.#addressesOf(request);
    const resolvedMs = performance.now();
    const { connection, times } = await this.#connect(request, addresses);
    return await this.#exchange(request, connection, { startedMs, resolvedMs, times });
  };

  /** Closes every idle connection; exchanges under way end by their own signals. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = "closed";
    this.#pool.clear();
    await this.#options.resolver[Symbol.asyncDispose]();
  }

  // A server may close an idle connection at any moment, which says nothing about its health: then a new one decides.
  async #requestOverIdle(
    request: TransportRequest,
    startedMs: number,
  ): Promise<TransportResponse | null> {
    if (this.#options.reuseConnections !== true) return null;
    const connection = this.#pool.take(request.url.origin);
    if (connection === null) return null;
    request.onConnected?.();
    try {
      return await this.#exchange(request, connection, {
        startedMs,
        resolvedMs: null,
        times: null,
      });
    } catch (error) {
      if (error instanceof TransportError && !request.signal.aborted) return null;
      throw error;
    }
  }

  async #addressesOf(request: TransportRequest): Promise<readonly Address[]> {
    const { hostname } = request.url;
    const { resolver } = this.#options;
    return resolver.lookup(hostname) ?? (await resolver.resolve(hostname, request.signal));
  }

  async #connect(
    { url, signal, onConnected }: TransportRequest,
    addresses: readonly Address[],
  ): Promise<{ connection: Connection; times: ConnectionTimes }> {
    const isSecure = url.protocol === "https:";
    if (isSecure) this.#security ??= loadSecurity(this.#options.tls);
    const security = isSecure ? await this.#security : null;
    if (signal.aborted) throw abortReason(signal);
    const destination = {
      hostname: url.hostname.replace(/^\[|\]$/gu, ""),
      port: url.port === "" ? (isSecure ? 443 : 80) : Number(url.port),
      addresses,
      security,
    };
    return await Connection.open(destination, signal, onConnected);
  }

  async #exchange(
    request: TransportRequest,
    connection: Connection,
    marks: Marks,
  ): Promise<TransportResponse> {
    const head = requestHead(request.url, this.#options);
    const sentMs = performance.now();
    const exchanged = await connection.exchange(head, request.maxBodyBytes, request.signal);
    const endMs = performance.now();
    const mayStay = this.#options.reuseConnections === true && this.#state === "open";
    if (mayStay && exchanged.reader.isReusable) this.#pool.put(request.url.origin, connection);
    else connection.destroy();
    return responseOf(exchanged, { ...marks, sentMs, endMs });
  }
}

async function loadSecurity(options: SecureContextOptions | undefined): Promise<Security> {
  const { connect, createSecureContext } = await import("node:tls");
  return { connect, secureContext: createSecureContext(options) };
}

/** When the steps of one request were done, on the clock of `performance.now()`. */
interface Marks {
  readonly startedMs: number;
  /** Null when a connection was reused. */
  readonly resolvedMs: number | null;
  readonly times: ConnectionTimes | null;
}

function responseOf(
  { reader, firstByteMs }: Exchanged,
  marks: Marks & { readonly sentMs: number; readonly endMs: number },
): TransportResponse {
  const { head } = reader;
  if (head === null) throw new TransportError("malformed response: it has no head");
  const { startedMs, resolvedMs, times, sentMs, endMs } = marks;
  const securedMs = times?.securedMs ?? null;
  return {
    status: head.status,
    statusText: head.statusText,
    header: head.header,
    bodyBytes: reader.bodyBytes,
    isTruncated: reader.isTruncated,
    phases: {
      resolveMs: resolvedMs === null ? null : resolvedMs - startedMs,
      connectMs: times === null || resolvedMs === null ? null : times.connectedMs - resolvedMs,
      tlsMs: times === null || securedMs === null ? null : securedMs - times.connectedMs,
      firstByteMs: firstByteMs - sentMs,
      transferMs: endMs - firstByteMs,
    },
  };
}

function requestHead(url: URL, { userAgent, reuseConnections }: HttpTransportOptions): string {
  const connection = reuseConnections === true ? "keep-alive" : "close";
  return (
    `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n` +
    `User-Agent: ${userAgent}\r\nAccept: */*\r\nAccept-Encoding: identity\r\n` +
    `Connection: ${connection}\r\n${authorization(url)}\r\n`
  );
}

function authorization({ username, password }: URL): string {
  if (username === "" && password === "") return "";
  const credentials = `${decoded(username)}:${decoded(password)}`;
  return `Authorization: Basic ${Buffer.from(credentials, "utf8").toString("base64")}\r\n`;
}

// A percent sign that begins no escape is meant as it stands.
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
