import { SocketAddress } from "node:net";
import type { ListeningPort } from "../../ports/machine.ts";

/** What the kernel calls a TCP socket that listens, and a UDP socket that is bound and talks to nobody in particular. */
const STATES = { tcp: "0A", udp: "07" } as const;

const LINE =
  /^ *\d+: ([\dA-F]{8}|[\dA-F]{32}):([\dA-F]{4}) (?:[\dA-F]{8}|[\dA-F]{32}):[\dA-F]{4} ([\dA-F]{2}) /u;

/** How a table is to be read. */
export interface NetTableOptions {
  readonly protocol: "tcp" | "udp";
  /** How this processor puts bytes in order: addresses are written as numbers of four bytes each. */
  readonly endianness: "BE" | "LE";
}

/**
 * Reads one line of `/proc/net/tcp`, `tcp6`, `udp` or `udp6`.
 *
 * @param line - The line.
 * @param options - Protocol and byte order.
 * @returns Null when nobody listens there, or it is no such line.
 */
export function parseNetLine(line: string, options: NetTableOptions): ListeningPort | null {
  const [, address, port, state] = LINE.exec(line) ?? [];
  if (address === undefined || port === undefined) return null;
  const { protocol, endianness } = options;
  if (state !== STATES[protocol]) return null;
  return { protocol, address: addressOf(address, endianness), port: Number.parseInt(port, 16) };
}

function addressOf(hexadecimal: string, endianness: "BE" | "LE"): string {
  const bytes = Buffer.from(hexadecimal, "hex");
  if (endianness === "LE") bytes.swap32();
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, index) =>
    bytes.readUInt16BE(2 * index).toString(16),
  );
  // In the form that people write: `::1`, `::ffff:127.0.0.1`.
  return new SocketAddress({ address: groups.join(":"), family: "ipv6" }).address;
}
