import { readdir, readFile, readlink } from "node:fs/promises";
import { endianness } from "node:os";
import { ObservationError } from "../../model/errors.ts";
import { isSameAddress } from "../../model/published-port.ts";
import type { PublishedPort } from "../../model/target.ts";
import { listListeningPorts } from "./listening-ports.ts";
import { parseNetLine } from "./proc-net.ts";

/** The column of `/proc/net/tcp` that holds the inode of the socket. */
const INODE_COLUMN = 9;
const LINES_LIMIT = 1_000_000;

/**
 * Finds the process of this machine that listens on a port.
 *
 * @param port - The port, of this machine.
 * @param signal - Gives up.
 * @returns Such as `nginx, pid 7`, `another process`; null when nobody does, or that cannot be learned here.
 */
export async function portHolder(port: PublishedPort, signal: AbortSignal): Promise<string | null> {
  if (!(await isTaken(port, signal))) return null;
  const inodes = await inodesOf(port);
  for (const pid of await namesIn("/proc")) {
    if (!/^\d+$/u.test(pid)) continue;
    signal.throwIfAborted();
    if (await holds(pid, inodes)) return `${await programOf(pid)}, pid ${pid}`;
  }
  return "another process";
}

async function isTaken(port: PublishedPort, signal: AbortSignal): Promise<boolean> {
  try {
    const listening = await listListeningPorts(signal);
    return listening.some(
      (each) =>
        each.port === port.host &&
        each.protocol === port.protocol &&
        isSameAddress(each.address, port.address),
    );
  } catch (error) {
    // Elsewhere than on Linux nobody knows before the engine tries.
    if (error instanceof ObservationError) return false;
    throw error;
  }
}

async function inodesOf({ host, protocol }: PublishedPort): Promise<ReadonlySet<string>> {
  const inodes = new Set<string>();
  for (const name of [protocol, `${protocol}6`]) {
    const table = await readFile(`/proc/net/${name}`, "latin1").catch(() => "");
    for (const line of table.split("\n", LINES_LIMIT)) {
      if (parseNetLine(line, { protocol, endianness: endianness() })?.port !== host) continue;
      inodes.add(line.trim().split(/\s+/u)[INODE_COLUMN] ?? "");
    }
  }
  return inodes;
}

// What goes meanwhile, or is not for us to see, holds nothing.
async function holds(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  for (const name of await namesIn(`/proc/${pid}/fd`)) {
    const target = await readlink(`/proc/${pid}/fd/${name}`).catch(() => "");
    const inode = /^socket:\[(\d+)\]$/u.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}

async function programOf(pid: string): Promise<string> {
  const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
  return name.trim() === "" ? "a process" : name.trim();
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return await readdir(folder).catch(() => []);
}
