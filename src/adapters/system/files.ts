import type { StatsFs } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import { resolve } from "node:path";
import type { DiskSpace, Files, FileStatus } from "../../ports/files.ts";
import { diskUsageOf } from "./disk-usage.ts";
import { readBeginning, sha256Of } from "./file-content.ts";
import { fileTypeOf } from "./file-type.ts";
import { parseNameDatabase } from "./name-database.ts";
import { asObservationError, isAbsent } from "./system-failure.ts";
import { unlessAborted } from "./unless-aborted.ts";

const MODE_BITS = 0o7777;
/** Longer lists of users are cut. */
const NAMES_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * The files of this machine.
 *
 * @param options - What relative paths are relative to.
 * @returns Files; users and groups are read once, from `/etc/passwd` and `/etc/group`.
 */
export function systemFiles(options: { readonly root: string }): Files {
  const users = nameSource("/etc/passwd");
  const groups = nameSource("/etc/group");
  // Looks at a path within the signal; null when nothing is there.
  const look = <T>(
    [action, path]: readonly [string, string],
    signal: AbortSignal,
    work: (absolute: string) => Promise<T>,
  ): Promise<T | null> => {
    const absolute = resolve(options.root, path);
    return unlessAborted(signal, () => orNull(`${action} ${absolute}`, () => work(absolute)));
  };
  return {
    status: (path, signal) => look(["look at", path], signal, statusOf),
    read: (path, { limitBytes, signal }) =>
      look(["read", path], signal, (absolute) => readBeginning(absolute, limitBytes, signal)),
    sha256: (path, signal) => look(["read", path], signal, (each) => sha256Of(each, signal)),
    diskSpace: (path, signal) => look(["look at the file system of", path], signal, spaceAt),
    diskUsageBytes: (path, signal) =>
      look(["measure", path], signal, (absolute) => diskUsageOf(absolute, { signal })),
    userName: async (userId) => (await users()).get(userId) ?? null,
    groupName: async (groupId) => (await groups()).get(groupId) ?? null,
  };
}

async function orNull<T>(action: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (isAbsent(error)) return null;
    throw asObservationError(action, error);
  }
}

async function statusOf(path: string): Promise<FileStatus> {
  const stats = await stat(path);
  return {
    type: fileTypeOf(stats),
    sizeBytes: stats.size,
    mode: stats.mode & MODE_BITS,
    userId: stats.uid,
    groupId: stats.gid,
    modifiedAt: stats.mtimeMs,
  };
}

async function spaceAt(path: string): Promise<DiskSpace> {
  const stats = await statfs(path);
  const unitBytes = unitBytesOf(stats);
  return {
    totalBytes: stats.blocks * unitBytes,
    availableBytes: stats.bavail * unitBytes,
    usedBytes: (stats.blocks - stats.bfree) * unitBytes,
  };
}

// Blocks are counted in fragments, which on some file systems (FUSE) are smaller than the block size; early Node 24 does not
// tell them.
function unitBytesOf(stats: StatsFs): number {
  const fragmentBytes: unknown = Reflect.get(stats, "frsize");
  return typeof fragmentBytes === "number" && fragmentBytes > 0 ? fragmentBytes : stats.bsize;
}

// Read when first asked for. A failure is not kept: too many open files is a matter of moments.
function nameSource(path: string): () => Promise<ReadonlyMap<number, string>> {
  let names: Promise<ReadonlyMap<number, string>> | null = null;
  const load = async (): Promise<ReadonlyMap<number, string>> => {
    const file = await orNull(`read ${path}`, () => readBeginning(path, NAMES_LIMIT_BYTES));
    return parseNameDatabase(file?.bytes.toString("utf8") ?? "");
  };
  return () => {
    names ??= load().catch((error: unknown) => {
      names = null;
      throw asObservationError(`read ${path}`, error);
    });
    return names;
  };
}
