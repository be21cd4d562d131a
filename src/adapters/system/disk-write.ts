import { close, constants, fchmod, fchown, fsync, open, write } from "node:fs";
import { copyFile, link, lstat, mkdir, rename, rmdir, unlink } from "node:fs/promises";
import { promisify } from "node:util";
import type { Access } from "../../ports/disk.ts";
import { isAbsent, systemErrorCode } from "./system-failure.ts";

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** What others may do with a file or folder before its own permissions are set: nothing. */
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
/** Less whatever the system takes from it. */
const PLAIN_FILE = 0o666;
const PLAIN_FOLDER = 0o777;

/** What a file system says that knows no second names. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

// The handles of node:fs/promises take twice the time.
const fs = {
  close: promisify(close),
  fchmod: promisify(fchmod),
  fchown: promisify(fchown),
  fsync: promisify(fsync),
  open: promisify(open),
  write: promisify(write),
} as const;

/**
 * Writes a new file and makes its content durable; what could not be written whole is taken away.
 *
 * @param path - Where nothing is.
 * @param bytes - What it is to hold.
 * @param access - Who may do what with it.
 * @throws What the system says.
 */
export async function writeNewFile(path: string, bytes: Uint8Array, access: Access): Promise<void> {
  const file = await fs.open(path, NEW_FILE, access.mode === null ? PLAIN_FILE : PRIVATE_FILE);
  try {
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await fs.write(file, bytes, done, bytes.length - done, null);
        done += bytesWritten;
      }
      await setAccessOf(file, access);
      await fs.fsync(file);
    } finally {
      await fs.close(file);
    }
  } catch (error) {
    await unlink(path).catch(ignore);
    throw error;
  }
}

/**
 * Makes a folder; what could not be made with its permissions is taken away.
 *
 * @param path - Where nothing is.
 * @param access - Who may do what with it.
 * @throws What the system says.
 */
export async function makeNewFolder(path: string, access: Access): Promise<void> {
  await mkdir(path, access.mode === null ? PLAIN_FOLDER : PRIVATE_FOLDER);
  try {
    await setFolderAccess(path, access);
  } catch (error) {
    await rmdir(path).catch(ignore);
    throw error;
  }
}

/**
 * Changes who may do what with a folder.
 *
 * @param path - The folder; a link is none.
 * @param access - Who may do what with it.
 * @throws What the system says.
 */
export async function setFolderAccess(path: string, access: Access): Promise<void> {
  const folder = await fs.open(path, FOLDER);
  try {
    await setAccessOf(folder, access);
  } finally {
    await fs.close(folder);
  }
}

/**
 * Gives something another name, if nobody has that. The old one may stay.
 *
 * @param from - What it is called.
 * @param to - What it is to be called.
 * @param otherwise - What to do on a file system without second names: move it, as by default, or copy it.
 * @returns False when somebody has that name.
 * @throws What the system says.
 */
export async function giveNewName(
  from: string,
  to: string,
  otherwise: "move" | "copy" = "move",
): Promise<boolean> {
  if ((await lstat(from)).isDirectory()) {
    if (await exists(to)) return false;
    await rename(from, to);
    return true;
  }
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const code = systemErrorCode(error) ?? "";
    if (code === "EEXIST") return false;
    if (!NO_LINKS.has(code)) throw error;
    return await (otherwise === "move" ? moveToNew(from, to) : copyToNew(from, to));
  }
}

/**
 * Makes names in a folder durable, where its file system knows how.
 *
 * @param path - The folder.
 * @throws What the system says.
 */
export async function syncFolder(path: string): Promise<void> {
  let folder: number | null = null;
  try {
    folder = await fs.open(path, constants.O_RDONLY | constants.O_DIRECTORY);
    await fs.fsync(folder);
  } catch (error) {
    // Who may write into a folder need not be allowed to read it.
    if (!["EACCES", "EINVAL", "ENOTSUP"].includes(systemErrorCode(error) ?? "")) throw error;
  } finally {
    if (folder !== null) await fs.close(folder);
  }
}

// Owner first: a change of owner takes the set-user-id bit away.
async function setAccessOf(file: number, { mode, userId, groupId }: Access): Promise<void> {
  if (userId !== null || groupId !== null) await fs.fchown(file, userId ?? -1, groupId ?? -1);
  if (mode !== null) await fs.fchmod(file, mode);
}

// Who makes the empty file has the name, and may put another in its place.
async function moveToNew(from: string, to: string): Promise<boolean> {
  try {
    await fs.close(await fs.open(to, NEW_FILE, PRIVATE_FILE));
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return false;
    throw error;
  }
  await rename(from, to);
  return true;
}

async function copyToNew(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return false;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

// Why it could not be written says more than why it could not be taken away.
function ignore(): void {
  // Nothing.
}
