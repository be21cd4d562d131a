import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { isIP } from "node:net";
import { parseHosts } from "../network/hosts-file.ts";
import { candidateNames, parseResolvConf } from "../network/resolv-conf.ts";

/** How a name is to be looked up. */
export interface NameLookup {
  /** When they are known already. */
  readonly addresses: readonly string[];
  /** Otherwise: full names, in the order in which they are tried. */
  readonly names: readonly string[];
  /** Otherwise: whom to ask. */
  readonly servers: readonly string[];
}

const FILE_LIMIT_BYTES = 256 * 1024;
/** As many as the system's own resolver would ask. */
const SERVERS_LIMIT = 3;

/**
 * Reads how a container would look up a name.
 *
 * @param host - A name or an address.
 * @param root - The container's file system, such as `/proc/PID/root`.
 * @returns What its hosts file and its `/etc/resolv.conf` say.
 */
export async function lookUpAsContainer(host: string, root: string): Promise<NameLookup> {
  if (isIP(host) !== 0) return { addresses: [host], names: [], servers: [] };
  const name = host.toLowerCase();
  const hosts = parseHosts(await readText(`${root}/etc/hosts`));
  const addresses = hosts.get(name.replace(/\.$/u, ""))?.map(({ address }) => address) ?? [];
  const text = await readText(`${root}/etc/resolv.conf`);
  return {
    addresses,
    names: candidateNames(name, parseResolvConf(text)),
    servers: serversIn(text),
  };
}

/**
 * Lists the name servers in the text of an `/etc/resolv.conf`.
 *
 * @param text - The text of the file.
 * @returns At most three addresses.
 */
export function serversIn(text: string): readonly string[] {
  return [...text.matchAll(/^[ \t]*nameserver[ \t]+(?<address>[^\s#;%]+)/gmu)]
    .map(({ groups }) => groups?.["address"] ?? "")
    .filter((address) => isIP(address) !== 0)
    .slice(0, SERVERS_LIMIT);
}

// The container decides what is in its file system. What it says is read as text that may be nonsense; but a pipe must not make
// us wait, nor a device or a huge file be read to its end, nor a link lead out of the container.
async function readText(path: string): Promise<string> {
  try {
    const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
    await using file = await open(path, flags);
    if (!(await file.stat()).isFile()) return "";
    const buffer = Buffer.alloc(FILE_LIMIT_BYTES);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } catch {
    return "";
  }
}
