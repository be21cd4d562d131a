import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { SecureContextOptions } from "node:tls";
import type { ServerLimits } from "./limits.ts";

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
  { headerBytes, requestMs, connections }: ServerLimits,
): Server {
  const options = { maxHeaderSize: headerBytes, requestTimeout: requestMs };
  const server =
    tls === null
      ? createServer(options, respond)
      : createTlsServer(
          {
            ...options,
            ...tls.secureContext(),
            minVersion: "TLSv1.2",
            requestCert: true,
            // Who is not known is told so, in an answer.
            rejectUnauthorized: false,
          },
          respond,
        );
  server.maxConnections = connections;
  if (tls !== null && "setSecureContext" in server) {
    const stop = tls.onChange(() => {
      server.setSecureContext(tls.secureContext());
    });
    server.on("close", stop);
  }
  return server;
}
