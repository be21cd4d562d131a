import { closeSync, openSync, readSync } from "node:fs";
import { isIPv4 } from "node:net";
import { endianness } from "node:os";
import { canonicalAddress } from "../../model/ip-address.ts";
import { plainAddress } from "./networks.ts";

/** Whose process is at the other end of a connection of this machine with itself. */
export type Peer =
  | { readonly type: "user"; readonly uid: number }
  /** The kernel does not name anybody: who it was has closed the connection, or is elsewhere. */
  | { readonly type: "unknown" }
  /** This system does not tell. */
  | { readonly type: "unavailable" };

/** Both ends of a connection, as this process sees them. */
export interface Ends {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

/** Tells whose process is at the other end. */
export type PeerOf = (ends: Ends) => Peer;

const CHUNK_BYTES = 64 * 1024;
/** Longer than any line of the tables. */
const LINE_BYTES = 512;
/** Some 400,000 connections. */
const LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Asks the kernel's tables of connections whose process is at the other end.
 *
 * @param ends - Of the connection.
 * @returns Whose.
 */
export const localPeer: PeerOf = (ends) => {
  if (process.platform !== "linux") return { type: "unavailable" };
  const { localAddress, localPort, remoteAddress, remotePort } = ends;
  if (localPort === undefined || remotePort === undefined) return { type: "unknown" };
  for (const { table, form } of tablesFor(plainAddress(remoteAddress))) {
    // Seen from the other end, it is the other way round.
    const place = `${endText(remoteAddress, remotePort, form)} ${endText(localAddress, localPort, form)} `;
    const uid = findUser(`/proc/net/${table}`, place);
    if (uid !== null) return { type: "user", uid };
  }
  return { type: "unknown" };
};

// Whoever speaks IPv4 may do so through a socket for IPv6.
function tablesFor(address: string): readonly { readonly table: string; readonly form: 4 | 6 }[] {
  const six = { table: "tcp6", form: 6 } as const;
  return isIPv4(address) ? [{ table: "tcp", form: 4 }, six] : [six];
}

function findUser(path: string, place: string): number | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    // A machine without IPv6 has no such table.
    return null;
  }
  try {
    const buffer = Buffer.alloc(LINE_BYTES + CHUNK_BYTES);
    let keptBytes = 0;
    for (let readBytes = 0; readBytes < LIMIT_BYTES;) {
      const length = readSync(file, buffer, keptBytes, CHUNK_BYTES, null);
      const seen = buffer.subarray(0, keptBytes + length);
      const uid = userIn(seen, place);
      if (uid !== null || length === 0) return uid;
      readBytes += length;
      // A line may be cut in two.
      keptBytes = Math.min(LINE_BYTES, seen.length);
      buffer.copyWithin(0, seen.length - keptBytes, seen.length);
    }
    return null;
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

/**
 * Finds a connection in a table of the kernel.
 *
 * @param table - Its text, or a piece of it.
 * @param place - Both ends as the table has them, with a space behind each.
 * @returns The id of its user; null when it is not there, or belongs to nobody any more: such a line names user 0.
 */
export function userIn(table: Buffer, place: string): number | null {
  for (let at = table.indexOf(place); at >= 0; at = table.indexOf(place, at + 1)) {
    const rest = table.toString("latin1", at + place.length, at + place.length + LINE_BYTES);
    const [, uid, inode] =
      /^[\dA-F]{2} \S+ \S+ \S+ +(\d+) +\d+ (\d+) /u.exec(rest.split("\n", 1)[0] ?? "") ?? [];
    if (uid !== undefined && inode !== undefined && inode !== "0") return Number(uid);
  }
  return null;
}

/**
 * Writes one end of a connection as the tables of the kernel do: words in the order of bytes of this machine.
 *
 * @param address - An address.
 * @param port - Its port.
 * @param form - Of the table: 4, or 6 where IPv4 is written as IPv6 too.
 * @returns Such as `0100007F:1388`.
 */
export function endText(address: string | undefined, port: number, form: 4 | 6): string {
  const plain = plainAddress(address);
  const bytes = isIPv4(plain)
    ? [
        ...(form === 6 ? [...Array<number>(10).fill(0), 255, 255] : []),
        ...plain.split(".").map(Number),
      ]
    : bytesOfSix(plain);
  const hex = (bytes: Buffer): string => bytes.toString("hex").toUpperCase();
  const words = Buffer.from(bytes);
  if (endianness() === "LE") words.swap32();
  return `${hex(words)}:${port.toString(16).toUpperCase().padStart(4, "0")}`;
}

function bytesOfSix(address: string): number[] {
  const [before = "", after] = (canonicalAddress(address) ?? "::").split("::", 2);
  const groups = (text: string): number[] =>
    text === ""
      ? []
      : text.split(":").flatMap((group) => {
          const number = Number.parseInt(group, 16);
          return [number >> 8, number & 255];
        });
  const [head, tail] = [groups(before), groups(after ?? "")];
  return [...head, ...Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}
