import { lstat, readlink, realpath } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { ObservationError } from "../../model/errors.ts";
import type { Disk, Whereabouts } from "../../ports/disk.ts";
import { findGroup, findUser } from "./accounts.ts";
import { Batches } from "./batches.ts";
import { openFolder } from "./disk-folder.ts";
import { syncFolder } from "./disk-write.ts";
import { asObservationError, isAbsent } from "./system-failure.ts";
import { unlessAborted } from "./unless-aborted.ts";

const LIMIT_LINKS = 40;
const LIMIT_SHARED = 10_000;

/**
 * The disk of this machine.
 *
 * @returns The disk.
 */
export function systemDisk(): Disk {
  const syncs = new Map<string, Batches<string>>();
  const sync = async (folder: string, path: string): Promise<void> => {
    const known = syncs.get(folder);
    // All who wait for a batch hold the same folder: any of their paths to it will do.
    const batches = known ?? new Batches(([first = path]) => syncFolder(first), LIMIT_SHARED);
    if (known === undefined) syncs.set(folder, batches);
    try {
      await batches.add(path);
    } finally {
      if (batches.isIdle) syncs.delete(folder);
    }
  };
  return {
    locate: (path, signal) =>
      unlessAborted(signal, async () => {
        try {
          return await locate(path);
        } catch (error) {
          throw asObservationError(`look at ${path}`, error);
        }
      }),
    open: (path, signal) => openFolder(path, { signal, sync: (held) => sync(path, held) }),
    account: findUser,
    group: findGroup,
  };
}

async function locate(path: string): Promise<Whereabouts> {
  const rest: string[] = [];
  let above = path;
  for (;;) {
    rest.unshift(basename(above));
    above = dirname(above);
    const folder = await realFolder(above);
    if (folder === null) continue;
    // Most ways have no link, and then one look is enough.
    const distrusted = folder === above ? null : await distrustedLink(above);
    return { folder, rest, distrusted };
  }
}

async function realFolder(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isAbsent(error) && path !== "/") return null;
    throw error;
  }
}

async function distrustedLink(path: string): Promise<Whereabouts["distrusted"]> {
  const trusted = new Set([0, process.geteuid?.() ?? 0]);
  let left = path.split("/").filter((part) => part !== "");
  let at = "/";
  for (let links = 0; links <= LIMIT_LINKS;) {
    const [part, ...others] = left;
    if (part === undefined) return null;
    const next = resolve(at, part);
    const stats = await lstat(next);
    left = others;
    if (!stats.isSymbolicLink()) {
      at = next;
      continue;
    }
    if (!trusted.has(stats.uid)) return { path: next, userId: stats.uid };
    links += 1;
    const target = await readlink(next);
    left = [...target.split("/").filter((name) => name !== "" && name !== "."), ...left];
    if (target.startsWith("/")) at = "/";
  }
  throw new ObservationError(`cannot look at ${path}: too many links lead there`);
}
