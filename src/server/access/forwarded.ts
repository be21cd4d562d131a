import type { IncomingHttpHeaders } from "node:http";
import { canonicalAddress } from "../../model/ip-address.ts";
import { plainAddress, type Networks } from "./networks.ts";

/** How a proxy says that it was asked; null for what it does not say, or not in a form that is believed. */
export interface Forwarded {
  readonly scheme: "http" | "https" | null;
  /** `monitor.example` or `monitor.example:8443`, in lower case. */
  readonly host: string | null;
  /** What it takes off paths: `/monitor`. Empty for nothing. */
  readonly prefix: string;
}

/** Proxies behind one another. */
const LIMIT_HOPS = 20;
const LIMIT_HEADER_CHARACTERS = 2_000;
const LIMIT_PREFIX_CHARACTERS = 200;

/** A name or an address, perhaps with a port: what a URL may have there. */
const HOST = /^(?:[a-z\d](?:[a-z\d._-]{0,252})|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/u;
const PREFIX = /^(?:\/[\w~-][\w.~-]*)+$/u;

/**
 * Tells whether a request says that it went through a proxy.
 *
 * @param headers - Of the request.
 * @returns True when it does, truly or not.
 */
export function saysForwarded(headers: IncomingHttpHeaders): boolean {
  return TELLTALES.some((name) => headers[name] !== undefined);
}

/** What proxies add, each its own. */
const TELLTALES = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
  "x-ssl-client-verify",
] as const;

/**
 * Reads how a proxy was asked, in the words of the proxy that is next to this server: `X-Forwarded-Proto`, `-Host` and `-Prefix`, or
 * `Forwarded` where it says nothing in them.
 *
 * @param headers - Of a request that came from a proxy that is believed.
 * @returns What it says.
 * @see RFC 7239.
 */
export function readForwarded(headers: IncomingHttpHeaders): Forwarded {
  const standard = hopsOf(headers.forwarded).at(-1);
  const said = (name: string): string | null =>
    lastOf(headers[`x-forwarded-${name}`]) ?? standard?.get(name) ?? null;
  const host = said("host");
  return {
    scheme: schemeOf(said("proto")?.toLowerCase()),
    host: host === null ? null : readHost(host),
    prefix: prefixOf(lastOf(headers["x-forwarded-prefix"])),
  };
}

function prefixOf(text: string | null): string {
  const prefix = (text ?? "").replace(/\/$/u, "");
  return prefix.length <= LIMIT_PREFIX_CHARACTERS && PREFIX.test(prefix) ? prefix : "";
}

/**
 * Reads the name of a host, perhaps with a port.
 *
 * @param text - As a header has it.
 * @returns It in lower case; null when it cannot stand in a URL.
 */
export function readHost(text: string): string | null {
  const host = text.toLowerCase();
  return HOST.test(host) ? host : null;
}

/**
 * Tells where a request came from before it came to proxies that are believed: the last address that none of them has.
 *
 * @param headers - Of the request.
 * @param proxy - The address that it comes from.
 * @param networks - Those of proxies that are believed.
 * @returns The address; the last one that is believed where there is no other.
 */
export function clientAddress(
  headers: IncomingHttpHeaders,
  proxy: string,
  networks: Networks,
): string {
  const listed = splitList(headers["x-forwarded-for"]);
  const hops = listed.length > 0 ? listed : hopsOf(headers.forwarded).map((hop) => hop.get("for"));
  let nearest = proxy;
  for (const hop of hops.slice(-LIMIT_HOPS).toReversed()) {
    const address = hop === undefined ? null : addressOf(hop);
    if (address === null) return nearest;
    nearest = address;
    if (!networks.has(address)) return nearest;
  }
  return nearest;
}

// `1.2.3.4`, `1.2.3.4:5678`, `2001:db8::1`, `[2001:db8::1]:5678`.
function addressOf(text: string): string | null {
  const [, inBrackets] = /^\[([^\]]*)\](?::\d{1,5})?$/u.exec(text) ?? [];
  const [, beforePort] = /^([\d.]+):\d{1,5}$/u.exec(text) ?? [];
  const address = canonicalAddress(inBrackets ?? beforePort ?? text);
  return address === null ? null : plainAddress(mappedAsPlain(address));
}

// The canonical form of IPv4 as IPv6 is hexadecimal.
function mappedAsPlain(address: string): string {
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/u.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  const numbers = [high, low].flatMap((group) => {
    const number = Number.parseInt(group, 16);
    return [number >> 8, number & 255];
  });
  return numbers.join(".");
}

function schemeOf(text: string | undefined): Forwarded["scheme"] {
  return text === "http" || text === "https" ? text : null;
}

function lastOf(header: string | readonly string[] | undefined): string | null {
  return splitList(header).at(-1) ?? null;
}

function splitList(header: string | readonly string[] | undefined): readonly string[] {
  if (header === undefined) return [];
  const text = typeof header === "string" ? header : header.join(",");
  if (text.length > LIMIT_HEADER_CHARACTERS) return [];
  return text.split(",").map((part) => part.trim());
}

const TOKEN = /^[!#$%&'*+.^`|~\w-]+$/u;

/**
 * Reads the header `Forwarded`.
 *
 * @param header - It.
 * @returns What each proxy says, the one next to this server last; nothing when any of it cannot be read.
 */
export function hopsOf(header: string | undefined): readonly ReadonlyMap<string, string>[] {
  if (header === undefined || header.length > LIMIT_HEADER_CHARACTERS) return [];
  const hops: ReadonlyMap<string, string>[] = [];
  for (const element of splitOutsideQuotes(header, ",")) {
    const hop = new Map<string, string>();
    for (const pair of splitOutsideQuotes(element, ";")) {
      const equals = pair.indexOf("=");
      const name = pair.slice(0, Math.max(equals, 0)).trim().toLowerCase();
      const value = unquoted(pair.slice(equals + 1).trim());
      if (value === null || !TOKEN.test(name) || hop.has(name)) return [];
      hop.set(name, value);
    }
    hops.push(hop);
  }
  return hops;
}

function unquoted(text: string): string | null {
  if (TOKEN.test(text)) return text;
  const [, inner] = /^"((?:[^"\\]|\\.)*)"$/u.exec(text) ?? [];
  return inner === undefined ? null : inner.replaceAll(/\\(.)/gu, "$1");
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isQuoted && character === "\\") index += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) {
      pieces.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...pieces, text.slice(start)];
}
