import { isIPv4 } from "node:net";
import { endianness } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { canonicalAddress } from "../../model/ip-address.ts";
import type { ReadTable } from "../../ports/kernel-tables.ts";
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

/** A table of the kernel, and how it writes addresses. */
interface Table {
  readonly path: string;
  readonly form: 4 | 6;
}

/** Who is at the other end of the connections with one end of ours: by the other end, as the table writes it. */
type Users = ReadonlyMap<string, number>;

interface Asked {
  readonly ends: Ends;
  readonly tell: (peer: Peer) => void;
  /** True once it was not found: a table that changes while it is read may leave something out. */
  readonly isAgain: boolean;
}

/** Where there are many connections, reading takes its time, and as much again is left to others; what takes less is not counted. */
const SHORT_MS = 5;

/**
 * Asks the kernel's tables of connections whose process is at the other end: for many at once, and beside everything else, as the
 * kernel takes milliseconds for it.
 */
export class LocalPeers {
  #waiting: Asked[] = [];
  #isReading = false;
  readonly #readTable: ReadTable;

  /**
   * Asks nothing yet.
   *
   * @param readTable - Reads the tables.
   */
  constructor(readTable: ReadTable) {
    this.#readTable = readTable;
  }

  /**
   * Finds out whose process is at the other end. Only what the kernel says afterwards counts: whoever had the same port before
   * may have been somebody else.
   *
   * @param ends - Of the connection.
   * @returns Whose.
   */
  find(ends: Ends): Promise<Peer> {
    if (process.platform !== "linux") return Promise.resolve({ type: "unavailable" });
    return new Promise((resolve) => {
      this.#waiting.push({ ends, tell: resolve, isAgain: false });
      if (!this.#isReading) void this.#read();
    });
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    while (this.#waiting.length > 0) {
      const asked = this.#waiting;
      this.#waiting = [];
      const contents = new Map<string, Buffer>();
      let tookMs = 0;
      for (const path of pathsFor(asked)) {
        const { text, busyMs } = await wholeOf(this.#readTable(path));
        contents.set(path, text);
        tookMs += busyMs;
      }
      const known = new Map<string, Users>();
      for (const one of asked) {
        const peer = find(one.ends, contents, known);
        if (peer.type === "unknown" && !one.isAgain) this.#waiting.push({ ...one, isAgain: true });
        else one.tell(peer);
      }
      if (tookMs > SHORT_MS) await sleep(tookMs, undefined, { ref: false });
    }
    this.#isReading = false;
  }
}

/** Of some 400,000 connections. */
const LIMIT_BYTES = 64 * 1024 * 1024;

// A machine without IPv6 has no such table. Whoever is in what cannot be read is not known.
async function wholeOf(
  slices: ReturnType<ReadTable>,
): Promise<{ readonly text: Buffer; readonly busyMs: number }> {
  const parts: Uint8Array[] = [];
  let [sizeBytes, tookMs] = [0, 0];
  try {
    for await (const { bytes, busyMs } of slices) {
      parts.push(bytes);
      sizeBytes += bytes.length;
      tookMs += busyMs;
      if (sizeBytes > LIMIT_BYTES) break;
    }
  } catch {
    return { text: NOTHING, busyMs: tookMs };
  }
  return { text: Buffer.concat(parts), busyMs: tookMs };
}

function pathsFor(asked: readonly Asked[]): ReadonlySet<string> {
  return new Set(asked.flatMap(({ ends }) => tablesFor(ends).map(({ path }) => path)));
}

function find(ends: Ends, contents: ReadonlyMap<string, Buffer>, known: Map<string, Users>): Peer {
  for (const { path, form } of tablesFor(ends)) {
    const own = ownEnd(ends, form);
    const key = `${path} ${own}`;
    const users = known.get(key) ?? usersIn(contents.get(path) ?? NOTHING, own);
    known.set(key, users);
    const user = userAt(ends, form, users);
    if (user !== null) return user;
  }
  return { type: "unknown" };
}

const NOTHING = Buffer.alloc(0);

// Whoever speaks IPv4 may do so through a socket for IPv6.
function tablesFor({ remoteAddress }: Ends): readonly Table[] {
  const six = { path: "/proc/net/tcp6", form: 6 } as const;
  const isFour = isIPv4(plainAddress(remoteAddress));
  return isFour ? [{ path: "/proc/net/tcp", form: 4 }, six] : [six];
}

function ownEnd({ localAddress, localPort = 0 }: Ends, form: 4 | 6): string {
  return endText(localAddress, localPort, form);
}

function userAt(ends: Ends, form: 4 | 6, users: Users): Peer | null {
  const uid = users.get(endText(ends.remoteAddress, ends.remotePort ?? 0, form));
  return uid === undefined ? null : { type: "user", uid };
}

/** Longer than what follows the ends of a connection in a table. */
const LINE_BYTES = 200;

/**
 * Finds everybody who is connected with one end of ours in a table of the kernel.
 *
 * @param table - Its text.
 * @param own - Our end, as the table has it; the other way round from there.
 * @returns Their users by their ends. Whom a connection does not belong to any more is left out: such a line names user 0.
 */
export function usersIn(table: Buffer, own: string): Users {
  const users = new Map<string, number>();
  const needle = ` ${own} `;
  for (let at = table.indexOf(needle); at >= 0; at = table.indexOf(needle, at + 1)) {
    const start = table.lastIndexOf(" ", at - 1) + 1;
    const line = table.toString("latin1", start, at + needle.length + LINE_BYTES).split("\n", 1)[0];
    const [, end, uid, inode] =
      /^([\dA-F]+:[\dA-F]{4}) \S+ [\dA-F]{2} \S+ \S+ \S+ +(\d+) +\d+ (\d+) /u.exec(line ?? "") ??
      [];
    if (end !== undefined && inode !== "0") users.set(end, Number(uid));
  }
  return users;
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
