import type { IncomingMessage } from "node:http";
import { readForwarded, readHost } from "./access/forwarded.ts";

/** How a server is seen from outside, a proxy included. */
export interface Outside {
  /** With its scheme, host and port, and the base path, without a slash at its end. */
  readonly baseUrl: string;
}

/**
 * Tells how a server is seen by who asks. What a request says of proxies counts only where it comes from one that is believed.
 *
 * @param request - What they ask.
 * @param basePath - Of the server.
 * @param isProxied - True when it comes from such a proxy.
 * @returns How.
 */
export function outsideOf(request: IncomingMessage, basePath: string, isProxied: boolean): Outside {
  // Most answers hold no URL.
  return {
    get baseUrl() {
      const prefix = isProxied ? readForwarded(request.headers).prefix : "";
      return `${originOf(request, isProxied)}${prefix}${basePath}`;
    },
  };
}

/**
 * Tells by which scheme, host and port a request was made.
 *
 * @param request - The request.
 * @param isProxied - True when it comes from a proxy that is believed.
 * @returns `https://monitor.example:8443`.
 */
export function originOf(request: IncomingMessage, isProxied: boolean): string {
  const own = "encrypted" in request.socket ? "https" : "http";
  const ownHost = readHost(request.headers.host ?? "");
  if (!isProxied) return `${own}://${ownHost ?? "localhost"}`;
  const { scheme, host } = readForwarded(request.headers);
  return `${scheme ?? own}://${host ?? ownHost ?? "localhost"}`;
}
