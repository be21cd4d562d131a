import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions as HttpOptions,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { SecureContextOptions } from "node:tls";
import { answerOn } from "./client-errors.ts";
import type { ServerLimits } from "./limits.ts";
import { PROBLEM_TYPE, Refusal } from "./refusal.ts";

/** Where a server listens, and with which certificates. */
export interface Listening {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Null for plain HTTP. */
  readonly tls: TlsKeeper | null;
}

/** Certificates that may become others while they are used. */
export interface TlsKeeper {
  /** As they are now. */
  readonly secureContext: () => SecureContextOptions;
  /** Told when they are others. */
  readonly onChange: (listener: () => void) => () => void;
}

type Respond = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Makes a server that keeps to its limits.
 *
 * @param respond - Answers.
 * @param listening - With which certificates.
 * @param limits - How much a client may use.
 * @returns A server that does not listen yet.
 */
export function listeningServer(
  respond: Respond,
  { tls }: Pick<Listening, "tls">,
  limits: ServerLimits,
): Server {
  const options = optionsOf(limits);
  const server =
    tls === null
      ? createServer(options, respond)
      : createTlsServer(
          {
            ...options,
            ...tls.secureContext(),
            minVersion: "TLSv1.2",
            requestCert: believesSomebody(tls.secureContext()),
            // Who is not known is told so, in an answer.
            rejectUnauthorized: false,
            handshakeTimeout: limits.requestMs,
          },
          respond,
        );
  server.maxConnections = limits.connections;
  server.on("checkExpectation", refuseExpectation);
  cutWhoDoesNotRead(server, limits);
  if (tls !== null && "setSecureContext" in server) {
    const stop = tls.onChange(() => {
      server.setSecureContext(tls.secureContext());
    });
    server.on("close", stop);
  }
  return server;
}

// Browsers ask people for a certificate, wherever one is asked for.
function believesSomebody({ ca }: SecureContextOptions): boolean {
  return ca !== undefined && ca.length > 0;
}

/** How often requests are looked for that do not arrive in time, in milliseconds. */
const LOOK_MS = 1_000;

function optionsOf({ headerBytes, requestMs, idleMs }: ServerLimits): HttpOptions {
  return {
    maxHeaderSize: headerBytes,
    headersTimeout: requestMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(LOOK_MS, requestMs),
    keepAliveTimeout: idleMs,
    // Whoever names no host is answered like anybody else whose request is wrong.
    requireHostHeader: false,
  };
}

function refuseExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const { problem } = new Refusal(417, "expectation-unknown", "Only 100-continue is understood.");
  response.writeHead(417, { "content-type": PROBLEM_TYPE, connection: "close" });
  response.end(JSON.stringify(problem));
}

// Without any traffic for so long, it either reads nothing of what waits for it, or waits for an answer that is being made.
function cutWhoDoesNotRead(server: Server, { readMs }: ServerLimits): void {
  server.setTimeout(readMs, (socket) => {
    if (answerOn(socket) === null || socket.writableLength > 0) socket.destroy();
    else socket.setTimeout(readMs);
  });
}
