import { isLoopback } from "./networks.ts";

/** Where a server is to listen, and who could prove there who they are. */
export interface Binding {
  /** A name or an address. */
  readonly host: string;
  /** True with a certificate of the server. */
  readonly hasTls: boolean;
  /** True where it is known whose certificates of clients are believed. */
  readonly hasAuthorities: boolean;
  /** True where proxies are listed that verify certificates. */
  readonly hasProxies: boolean;
  /** True where it was said explicitly that this is meant. */
  readonly isInsecure: boolean;
}

/**
 * Tells why a server may not listen somewhere. Without certificates it only knows who asks on the machine itself.
 *
 * @param binding - Where, and with what.
 * @returns Why, and what would help; null when it may.
 */
export function bindingProblem(binding: Binding): string | null {
  const { host, hasTls, hasAuthorities, hasProxies, isInsecure } = binding;
  if (isLoopbackHost(host) || isInsecure) return null;
  const where = host === "" ? "every address" : host;
  if (!hasTls) {
    return `${where} is reached by other machines, and without TLS nobody could prove who they are: listen on 127.0.0.1, or give a certificate and a key (tls.cert, tls.key, tls.ca)`;
  }
  if (hasAuthorities || hasProxies) return null;
  return `${where} is reached by other machines, and nobody could prove who they are: say whose certificates are believed (tls.ca), or list the proxies that verify them (trustedProxies)`;
}

/**
 * Tells whether a host is this machine alone.
 *
 * @param host - A name or an address, perhaps in brackets.
 * @returns True for addresses of the loopback and `localhost`; a name may lead anywhere.
 */
function isLoopbackHost(host: string): boolean {
  const plain = host.replace(/^\[(.*)\]$/u, "$1").toLowerCase();
  return plain === "localhost" || isLoopback(plain);
}
