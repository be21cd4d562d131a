import type { IncomingMessage } from "node:http";

/** How a server is seen from outside, a proxy included. */
export interface Outside {
  /** With its scheme, host and port, and the base path, without a slash at its end. */
  readonly baseUrl: string;
}

/**
 * Tells how a server is seen by who asks.
 *
 * @param request - What they ask.
 * @param basePath - Of the server.
 * @returns How.
 */
export function outsideOf(request: IncomingMessage, basePath: string): Outside {
  const scheme = "encrypted" in request.socket ? "https" : "http";
  return { baseUrl: `${scheme}://${request.headers.host ?? "localhost"}${basePath}` };
}
