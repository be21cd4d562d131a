import type { SecureContextOptions } from "node:tls";
import { abortReason } from "../../model/abort.ts";
import { TransportClosedError, TransportError } from "../../model/errors.ts";
import type { Resolver } from "../../ports/resolver.ts";
import type { Transport, TransportRequest, TransportResponse } from "../../ports/transport.ts";
import { Connection, type Exchanged } from "./connection.ts";
import { ConnectionPool } from "./connection-pool.ts";
import type { ConnectionTimes, Security } from "./open-socket.ts";
import { checkRequest, isRepeatable, requestText } from "./request-text.ts";
import type { ReadingOptions } from "./response-reader.ts";

/** How to make HTTP exchanges over the network. */
export interface HttpTransportOptions {
  /** Turns names into addresses. The transport disposes it with itself. */
  readonly resolver: Resolver;
  /** What the `User-Agent` header says. */
  readonly userAgent: string;
  /** True to send several requests over one connection. False, the default: each check asks whether a new client can connect. */
  readonly reuseConnections?: boolean;
  /** How many connections without a request it keeps open, each of which takes one of the process's files; 1,000 by default. */
  readonly idleLimit?: number;
  /** Certificates and keys, as Node's `tls.createSecureContext` takes them; what Node trusts by default. */
  readonly tls?: SecureContextOptions;
  /** How TLS is spoken, loaded when it is first needed; `tls` says nothing then. */
  readonly security?: () => Promise<Security>;
}

/** Makes HTTP/1.1 exchanges over TCP and TLS. */
export class HttpTransport implements Transport {
  readonly #options: HttpTransportOptions;
  readonly #pool: ConnectionPool;
  #security: Promise<Security> | null = null;
  #state: "new" | "open" | "closed" = "new";

  /**
   * Makes a transport that is not open yet.
   *
   * @param options - Resolver, trust, and whether connections are reused.
   */
  constructor(options: HttpTransportOptions) {
    this.#options = options;
    this.#pool = new ConnectionPool(options.idleLimit);
  }

  readonly open = async (): Promise<this> => {
    if (this.#state === "closed") throw new TransportClosedError("the transport is closed");
    this.#state = "open";
    return this;
  };

  readonly prepare = async (urls: readonly string[]): Promise<void> => {
    // What goes wrong with it is told by the checks that need it.
    if (urls.some((url) => /^https:/iu.test(url))) await this.#secure().catch(() => undefined);
  };

  readonly request = async (request: TransportRequest): Promise<TransportResponse> => {
    if (this.#state !== "open") {
      const hint = this.#state === "new" ? "not open: call open() first" : "closed";
      throw new TransportClosedError(`the transport is ${hint}`);
    }
    checkRequest(request);
    const startedMs = performance.now();
    if (this.#options.reuseConnections === true) return await this.#reuse(request, startedMs);
    const { connection, marks } = await this.#connect(request, startedMs);
    return await this.#exchange(request, connection, marks);
  };

  /** Closes every idle connection; exchanges under way end by their own signals. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = "closed";
    this.#pool.clear();
    await this.#options.resolver[Symbol.asyncDispose]();
  }

  async #reuse(given: TransportRequest, startedMs: number): Promise<TransportResponse> {
    const request = { ...given, onConnected: once(given.onConnected) };
    const answer = await this.#requestOverIdle(request, startedMs);
    if (answer !== null) return answer;
    const { connection, marks } = await this.#connectWithinMeans(request, startedMs);
    return await this.#exchange(request, connection, marks);
  }

  // A server may close an idle connection at any moment, which says nothing about its health: then a new one decides. Until
  // something comes over the idle one, nobody knows whether it stands. What must not be done twice goes over a new one at once.
  async #requestOverIdle(
    request: TransportRequest,
    startedMs: number,
  ): Promise<TransportResponse | null> {
    const connection = isRepeatable(request) ? this.#pool.take(request.url.origin) : null;
    if (connection === null) return null;
    const marks = { startedMs, resolvedMs: null, connect: null };
    try {
      return await this.#exchange(request, connection, marks, request.onConnected);
    } catch (error) {
      if (error instanceof TransportError && !request.signal.aborted) return null;
      throw error;
    }
  }

  // When files run out, those of idle connections are the first to go. Others may have freed them just before, so one more
  // attempt is due even if there are none left.
  async #connectWithinMeans(request: TransportRequest, startedMs: number): Promise<Connected> {
    try {
      return await this.#connect(request, startedMs);
    } catch (error) {
      if (!(error instanceof TransportError) || !error.isExhaustion) throw error;
      this.#pool.clear();
      return await this.#connect(request, startedMs);
    }
  }

  async #connect(
    { url, signal, onConnected }: TransportRequest,
    startedMs: number,
  ): Promise<Connected> {
    const { resolver } = this.#options;
    const known = resolver.lookup(url.hostname);
    const knownMs = performance.now();
    const resolving = known ?? resolver.resolve(url.hostname, signal);
    const isSecure = url.protocol === "https:";
    // The first use of TLS loads it, beside the question to a name server, and so that no phase is blamed for it.
    const securing = isSecure ? this.#secure() : null;
    const addresses = known ?? (await resolving);
    const resolvedMs = known === null ? performance.now() : knownMs;
    const security = securing === null ? null : await securing;
    if (signal.aborted) throw abortReason(signal);
    const destination = {
      hostname: url.hostname.replace(/^\[|\]$/gu, ""),
      port: url.port === "" ? (isSecure ? 443 : 80) : Number(url.port),
      addresses,
      security,
    };
    const connectStartedMs = performance.now();
    const { connection, times } = await Connection.open(destination, signal, onConnected);
    const connect = { startedMs: connectStartedMs, ...times };
    return { connection, marks: { startedMs, resolvedMs, connect } };
  }

  #secure(): Promise<Security> {
    if (this.#security === null) {
      const { security, tls } = this.#options;
      this.#security = security === undefined ? loadSecurity(tls) : security();
      // Whoever waits for it hears of a failure; when the name has no address, nobody waits.
      this.#security.catch(() => undefined);
    }
    return this.#security;
  }

  async #exchange(
    request: TransportRequest,
    connection: Connection,
    marks: Marks,
    onFirstByte?: () => void,
  ): Promise<TransportResponse> {
    const { userAgent, reuseConnections } = this.#options;
    const text = requestText(request, { userAgent, keepsAlive: reuseConnections === true });
    const sentMs = performance.now();
    const { maxBodyBytes: bodyLimitBytes, signal } = request;
    const reading = readingOf(request);
    const options = { bodyLimitBytes, signal, onFirstByte, reading };
    const exchanged = await connection.exchange(text, options);
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
  /** Null likewise. */
  readonly connect: (ConnectionTimes & { readonly startedMs: number }) | null;
}

interface Connected {
  readonly connection: Connection;
  readonly marks: Marks;
}

function once(callback: (() => void) | undefined): () => void {
  let isDue = true;
  return () => {
    if (!isDue) return;
    isDue = false;
    callback?.();
  };
}

function responseOf(
  { reader, firstByteMs }: Exchanged,
  marks: Marks & { readonly sentMs: number; readonly endMs: number },
): TransportResponse {
  const { head } = reader;
  if (head === null) throw new TransportError("malformed response: it has no head");
  const { startedMs, resolvedMs, connect, sentMs, endMs } = marks;
  const securedMs = connect?.securedMs ?? null;
  let headers: Readonly<Record<string, string>> | null = null;
  return {
    status: head.status,
    statusText: head.statusText,
    httpVersion: head.version,
    header: head.header,
    get headers() {
      headers ??= head.headers();
      return headers;
    },
    bodyBytes: reader.bodyBytes,
    body: reader.body,
    isTruncated: reader.isTruncated,
    phases: {
      resolveMs: resolvedMs === null ? null : resolvedMs - startedMs,
      connectMs: connect === null ? null : connect.connectedMs - connect.startedMs,
      tlsMs: connect === null || securedMs === null ? null : securedMs - connect.connectedMs,
      firstByteMs: firstByteMs - sentMs,
      transferMs: endMs - firstByteMs,
    },
  };
}

// Nothing for a plain GET, which is what nearly all requests are.
function readingOf({ method, keepBody }: TransportRequest): ReadingOptions | undefined {
  const isHead = method === "HEAD";
  if (!isHead && keepBody !== true) return undefined;
  return { mayHaveBody: !isHead, keepsBody: keepBody === true };
}
