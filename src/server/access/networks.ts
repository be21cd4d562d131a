import { BlockList } from "node:net";
import { addressFamily } from "../../model/ip-address.ts";

/** Addresses and networks. */
export interface Networks {
  /** Empty networks hold nothing. */
  readonly isEmpty: boolean;
  /** True for an address in one of them; also where IPv4 is written as IPv6. */
  readonly has: (address: string) => boolean;
}

/**
 * Reads addresses and networks.
 *
 * @param texts - `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`.
 * @returns They, and those that are none by their index.
 */
export function readNetworks(texts: readonly string[]): {
  readonly networks: Networks;
  readonly wrong: readonly number[];
} {
  const list = new BlockList();
  const wrong: number[] = [];
  for (const [index, text] of texts.entries()) {
    if (!add(list, text)) wrong.push(index);
  }
  return {
    networks: {
      isEmpty: texts.length === 0,
      has: (address) => {
        const family = addressFamily(address);
        return family !== null && list.check(address, family === 4 ? "ipv4" : "ipv6");
      },
    },
    wrong,
  };
}

function add(list: BlockList, text: string): boolean {
  const [, address = "", prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/u.exec(text) ?? [];
  const family = addressFamily(address);
  if (family === null) return false;
  const most = family === 4 ? 32 : 128;
  const length = prefix === undefined ? most : Number(prefix);
  // All addresses are never meant.
  if (length === 0 || length > most) return false;
  list.addSubnet(address, length, family === 4 ? "ipv4" : "ipv6");
  return true;
}

/**
 * Tells whether an address is of this machine alone.
 *
 * @param address - An IPv4 or IPv6 address.
 * @returns True for 127.0.0.0/8 and ::1, also where IPv4 is written as IPv6.
 */
export function isLoopback(address: string): boolean {
  return LOOPBACK.has(address);
}

const LOOPBACK = readNetworks(["127.0.0.0/8", "::1"]).networks;

/**
 * Writes an address as it is known: IPv4 as IPv4, also where it came over IPv6.
 *
 * @param address - As a socket has it.
 * @returns It; empty for none.
 */
export function plainAddress(address: string | undefined): string {
  return address === undefined ? "" : address.replace(/^::ffff:(?=\d+\.)/iu, "");
}
