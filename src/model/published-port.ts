import { canonicalAddress } from "./ip-address.ts";
import { isPlainObject, type JsonObject } from "./json.ts";
import { OptionType } from "./option-type.ts";
import { InvalidOption, shownValue } from "./options.ts";
import type { PublishedPort } from "./target.ts";

/** What people write for a port that this machine passes on to a container. */
export type PortInput =
  | string
  | number
  | {
      /** On this machine; the engine chooses one when it is left out, or 0. */
      readonly host?: number | undefined;
      readonly container: number;
      /** `tcp` by default. */
      readonly protocol?: "tcp" | "udp" | undefined;
      /** The address of this machine; all of them by default. */
      readonly address?: string | undefined;
    };

/** A published port as data. */
export type PortValue = JsonObject & PublishedPort;

const LABEL = 'port such as "8080:80", "127.0.0.1:5353:53/udp", or { host, container, protocol }';
const MOST_PORT = 65_535;
const LIMIT_CHARACTERS = 100;
const KEYS: ReadonlySet<string> = new Set(["host", "container", "protocol", "address"]);

/** An address, perhaps; a port of this machine, perhaps; a port of the container; a protocol, perhaps. */
const FORM =
  /^(?:(?:(?<address>\[[^\]]*\]|[^:[\]/]*):(?=\d*:))?(?<host>\d*):)?(?<container>\d+)(?:\/(?<protocol>\w+))?$/u;

/**
 * A port that this machine passes on to a container: `8080:80`, `127.0.0.1:8080:80/udp`, `80` for a port that the engine
 * chooses, or an object.
 *
 * @returns The type; its values have `host` 0 where the engine chooses, and `address` only where one was given.
 */
export function publishedPort(): OptionType<PortInput, PortValue> {
  return new OptionType<PortInput, PortValue>(LABEL, (value) => {
    const parts = partsOf(value);
    if (parts === null) throw new InvalidOption(`must be a ${LABEL}: got ${shownValue(value)}`);
    const { address, protocol } = parts;
    const host = portOf(parts.host, { name: "host", least: 0 });
    const container = portOf(parts.container, { name: "container", least: 1 });
    if (protocol !== "tcp" && protocol !== "udp") {
      throw new InvalidOption(`must have the protocol tcp or udp: got ${shownValue(protocol)}`);
    }
    if (address === null) return { host, container, protocol };
    return { host, container, protocol, address: addressOf(address) };
  });
}

/**
 * Insists that no port of this machine is published twice.
 *
 * @param ports - All ports of a container.
 * @throws {@link InvalidOption} When one is.
 */
export function refuseSamePorts(ports: readonly PublishedPort[]): void {
  const seen = new Set<string>();
  for (const { host, protocol, address = "" } of ports) {
    if (host === 0) continue;
    const port = `${String(host)}/${protocol}`;
    const key = `${address} ${port}`;
    if (seen.has(key)) {
      throw new InvalidOption(`publishes port ${port} of this machine twice`, {
        property: "ports",
      });
    }
    seen.add(key);
  }
}

/** Addresses that stand for all addresses of this machine. */
const EVERY: ReadonlySet<string> = new Set(["", "0.0.0.0", "::"]);

/**
 * Tells whether something that is bound to one address is in the way of something at another.
 *
 * @param one - An address; left out, or `0.0.0.0` or `::`, for all.
 * @param other - Another one.
 * @returns True when they are the same, or either is all of them.
 */
export function isSameAddress(one = "", other = ""): boolean {
  return EVERY.has(one) || EVERY.has(other) || one === other;
}

interface Parts {
  readonly host: unknown;
  readonly container: unknown;
  readonly protocol: unknown;
  readonly address: unknown;
}

function partsOf(value: unknown): Parts | null {
  if (typeof value === "number")
    return { host: 0, container: value, protocol: "tcp", address: null };
  if (typeof value === "string") return textParts(value);
  if (!isPlainObject(value) || Object.keys(value).some((key) => !KEYS.has(key))) return null;
  const { host = 0, container, protocol = "tcp", address = null } = value;
  return { host, container, protocol, address };
}

function textParts(text: string): Parts | null {
  const groups = text.length > LIMIT_CHARACTERS ? undefined : FORM.exec(text)?.groups;
  if (groups === undefined) return null;
  const { address = "", host = "", container, protocol = "tcp" } = groups;
  return {
    host: Number(host),
    container: Number(container),
    protocol: protocol.toLowerCase(),
    address: address === "" ? null : address.replace(/^\[(.*)\]$/u, "$1"),
  };
}

function portOf(
  value: unknown,
  { name, least }: { readonly name: string; readonly least: number },
): number {
  if (
    typeof value === "number" &&
    Number.isInteger(value) &&
    value >= least &&
    value <= MOST_PORT
  ) {
    return value;
  }
  const range = `${String(least)} to ${String(MOST_PORT)}`;
  throw new InvalidOption(`must have a ${name} port from ${range}: got ${shownValue(value)}`);
}

function addressOf(value: unknown): string {
  const address = typeof value === "string" ? canonicalAddress(value) : null;
  if (address !== null) return address;
  throw new InvalidOption(`must have an IPv4 or IPv6 address: got ${shownValue(value)}`);
}
