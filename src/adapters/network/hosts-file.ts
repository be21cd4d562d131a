import { isIP } from "node:net";
import type { Address } from "../../ports/resolver.ts";

/** What a hosts file says: addresses by name in lower case, without a trailing dot. */
export type Hosts = ReadonlyMap<string, readonly Address[]>;

/** Block lists come as hosts files with some 100,000 names; beyond this many, further ones are left out. */
const NAMES_LIMIT = 500_000;
const ADDRESSES_PER_NAME_LIMIT = 64;
const NAME_LIMIT_CHARACTERS = 253;

/**
 * Reads the text of a hosts file.
 *
 * A line that makes no sense says nothing, as everywhere on the system. Several lines may give one name further addresses.
 *
 * @param text - The text of the file.
 * @returns One or more addresses for each name, IPv4 before IPv6.
 */
export function parseHosts(text: string): Hosts {
  const hosts = new Map<string, readonly Address[]>();
  // Names with one and the same address share a list: a block list is nothing but those.
  const shared = new Map<string, readonly Address[]>();
  for (const line of text.split(/[\r\n]/u)) {
    const [literal = "", ...names] = fieldsOf(line);
    if (names.length === 0) continue;
    const addresses = shared.get(literal) ?? addressesOf(literal);
    shared.set(literal, addresses);
    for (const name of names) add(hosts, name, addresses);
  }
  return hosts;
}

function fieldsOf(line: string): string[] {
  const comment = line.indexOf("#");
  const content = (comment === -1 ? line : line.slice(0, comment)).trim();
  return content === "" ? [] : content.split(/[ \t\v\f]+/u);
}

// An address with a zone id (`fe80::1%lo0`) cannot be connected to by its text alone.
function addressesOf(literal: string): readonly Address[] {
  const version = isIP(literal);
  if (version === 4) return [{ address: literal, family: 4 }];
  return version === 6 && !literal.includes("%") ? [{ address: literal, family: 6 }] : [];
}

function add(
  hosts: Map<string, readonly Address[]>,
  written: string,
  addresses: readonly Address[],
): void {
  const [added] = addresses;
  const name = (written.endsWith(".") ? written.slice(0, -1) : written).toLowerCase();
  if (added === undefined || name === "" || name.length > NAME_LIMIT_CHARACTERS) return;
  const known = hosts.get(name);
  if (known === undefined) {
    if (hosts.size < NAMES_LIMIT) hosts.set(name, addresses);
    return;
  }
  const isThere = known.some(({ address }) => address === added.address);
  if (isThere || known.length >= ADDRESSES_PER_NAME_LIMIT) return;
  hosts.set(
    name,
    [...known, added].sort((a, b) => a.family - b.family),
  );
}
