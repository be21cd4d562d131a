import { DEFAULT_PORTS } from "./database.ts";
import { inferEngine } from "./database-inference.ts";
import { ObservationError } from "./errors.ts";
import { InvalidOption } from "./options.ts";
import type { PublishedPort, Target } from "./target.ts";

/** How one resource reaches another, as declared. */
export interface ConnectivityOptions {
  readonly host: string | null;
  readonly port: number | null;
  readonly path: string | null;
}

/** Where a resource answers, as seen from another one. */
export interface PeerAddress {
  /** A name, or an IPv4 or IPv6 literal without brackets. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** True when it speaks TLS, as its URL says. */
  readonly isEncrypted: boolean;
}

const LOOPBACK = "127.0.0.1";
const LOCAL =
  /^(?:(?:[^.]+\.)*localhost\.?|127\.\d+\.\d+\.\d+|::1|::ffff:7f[\da-f]{2}:[\da-f]{1,4}|0\.0\.0\.0|::)$/iu;
const ANY_ADDRESS = /^(?:0\.0\.0\.0|::)$/u;
const SCHEME_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

/**
 * Finds out where a resource answers, as seen from another one.
 *
 * Between containers of one engine that is the name of the container and its own port. Otherwise it is the URL of the target,
 * or the port at which this machine passes on to its container.
 *
 * @param from - What looks.
 * @param to - What is looked at.
 * @param options - What was declared.
 * @returns The address.
 * @throws {@link ObservationError} When it cannot be told.
 */
export function peerAddress(from: Target, to: Target, options: ConnectivityOptions): PeerAddress {
  const url = urlOf(to);
  const place = isNeighbour(from, to) ? neighbour(to, options) : outside(to, url, options);
  const { host, port } = { ...place, ...(options.host === null ? {} : { host: options.host }) };
  if (port === null) {
    throw new ObservationError(`cannot tell where ${to.resource} answers: name its port`);
  }
  const path = options.path ?? (url === null ? "/" : `${url.pathname}${url.search}`);
  return { host, port, path, isEncrypted: isEncrypted(to) };
}

/**
 * Tells whether a container would look for a resource of this machine inside of itself, where `localhost` is the container.
 *
 * @param from - What looks.
 * @param to - What is looked at.
 * @param options - What was declared: whoever names a host means it.
 * @returns True when only a name or an address of this machine leads there.
 */
export function needsHost(from: Target, to: Target, { host, port }: ConnectivityOptions): boolean {
  if (from.container === null || host !== null || isNeighbour(from, to)) return false;
  const url = urlOf(to);
  if (url !== null) return isLocalHost(hostOf(url));
  return isLocalHost(publishedPort(to, port)?.address ?? LOOPBACK);
}

/**
 * Tells whether only whoever speaks TLS gets an answer.
 *
 * @param to - What is looked at.
 * @returns True when its URL says so.
 */
export function isEncrypted(to: Target): boolean {
  return urlOf(to)?.protocol === "https:";
}

/**
 * Tells whether a host means whoever asks.
 *
 * @param host - A name or an address.
 * @returns True for localhost and its addresses, and for those that mean any address.
 */
export function isLocalHost(host: string): boolean {
  return LOCAL.test(host);
}

function urlOf({ url }: Target): URL | null {
  return url === null ? null : URL.parse(url);
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/gu, "");
}

function isNeighbour(from: Target, to: Target): boolean {
  return from.container !== null && from.container.engine === to.container?.engine;
}

interface Place {
  readonly host: string;
  /** Null when it is not known. */
  readonly port: number | null;
}

function neighbour(to: Target, { port }: ConnectivityOptions): Place {
  return { host: to.container?.name ?? to.resource, port: port ?? containerPort(to) };
}

function outside(to: Target, url: URL | null, { host, port }: ConnectivityOptions): Place {
  if (url !== null) {
    const own = url.port === "" ? (SCHEME_PORTS[url.protocol] ?? null) : Number(url.port);
    return { host: hostOf(url), port: port ?? own };
  }
  // Whoever names both means them.
  const published = host !== null && port !== null ? null : publishedPort(to, port);
  return published === null ? { host: LOOPBACK, port } : publishedPlace(to, published);
}

function publishedPlace({ resource }: Target, { host: port, address }: PublishedPort): Place {
  if (port === 0) {
    throw new ObservationError(
      `cannot tell where ${resource} answers: its engine chooses the published port`,
    );
  }
  const isAny = address === undefined || ANY_ADDRESS.test(address);
  return { host: isAny ? LOOPBACK : address, port };
}

// The port of the container, and where it is published, mean the same.
function publishedPort({ ports }: Target, port: number | null): PublishedPort | null {
  const tcp = ports.filter(({ protocol }) => protocol === "tcp");
  if (port === null) return tcp[0] ?? null;
  return tcp.find(({ container }) => container === port) ?? null;
}

function containerPort(to: Target): number | null {
  const published = to.ports.find(({ protocol }) => protocol === "tcp");
  return published?.container ?? databasePort(to);
}

function databasePort(to: Target): number | null {
  try {
    const engine = inferEngine({ host: null, port: null }, to);
    return engine === "sqlite" ? null : DEFAULT_PORTS[engine];
  } catch (error) {
    if (error instanceof InvalidOption) return null;
    throw error;
  }
}
