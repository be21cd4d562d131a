import { chmod, lstat, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isRecord } from "../../model/json.ts";

/** Where a socket is, that a project's folder may be too deep for. */
export interface ControlAddress {
  readonly socket: string;
  /** Removes what was made for it. */
  readonly remove: () => Promise<void>;
}

/** What a unix socket's address may hold where it may hold least (macOS: 104 bytes with the end; Linux: 108). */
const LIMIT_ADDRESS_BYTES = 103;

const SOCKET = "control.sock";
const NOTE = "control.json";
const LIMIT_NOTE_BYTES = 4_096;

/**
 * Makes room for the socket of a project: in its folder, or where that is too deep for a socket, in a private folder that a
 * note in the project's folder names. What somebody left who was killed is removed; the lock of the project must be held.
 *
 * @param folder - The absolute path of the project's folder that is ours.
 * @returns Where to listen.
 * @throws Whatever the system says when it cannot be made.
 */
export async function makeAddress(folder: string): Promise<ControlAddress> {
  const own = join(folder, SOCKET);
  const note = join(folder, NOTE);
  await removeLeftovers(folder);
  if (isShort(own)) return { socket: own, remove: () => rm(own, { force: true }) };
  const away = await mkdtemp(join(shortFolder(), "clockwork-"));
  await chmod(away, 0o700);
  const socket = join(away, SOCKET);
  await writeFile(note, `${JSON.stringify({ socket })}\n`, { mode: 0o600 });
  return {
    socket,
    remove: async () => {
      await rm(note, { force: true });
      await rm(away, { recursive: true, force: true });
    },
  };
}

/**
 * Finds the socket of a project.
 *
 * @param folder - The absolute path of the project's folder that is ours.
 * @returns Where it would be; null when it is nowhere, or where others could have put theirs.
 */
export async function findAddress(folder: string): Promise<string | null> {
  const own = join(folder, SOCKET);
  if (isShort(own)) return own;
  const socket = await noted(folder);
  return socket !== null && (await isOfSameOwner(folder, dirname(socket))) ? socket : null;
}

async function removeLeftovers(folder: string): Promise<void> {
  const socket = await noted(folder);
  // Never what a note names that is no folder of ours.
  if (socket !== null && (await isOfSameOwner(folder, dirname(socket)))) {
    await rm(socket, { force: true });
    await rm(dirname(socket), { recursive: true, force: true });
  }
  await rm(join(folder, SOCKET), { force: true });
  await rm(join(folder, NOTE), { force: true });
}

async function noted(folder: string): Promise<string | null> {
  try {
    const note = join(folder, NOTE);
    if ((await stat(note)).size > LIMIT_NOTE_BYTES) return null;
    const read: unknown = JSON.parse(await readFile(note, "utf8"));
    const socket = isRecord(read) ? read["socket"] : null;
    if (typeof socket !== "string" || !isShort(socket)) return null;
    // Only a name that we give: a note cannot have anything else removed.
    return /\/clockwork-\w{6}\/control\.sock$/u.test(socket) ? socket : null;
  } catch {
    return null;
  }
}

// In a folder that all may write to, anybody could put theirs once ours is gone.
async function isOfSameOwner(folder: string, away: string): Promise<boolean> {
  try {
    const [mine, theirs] = await Promise.all([stat(folder), lstat(away)]);
    return theirs.isDirectory() && theirs.uid === mine.uid && (theirs.mode & 0o077) === 0;
  } catch {
    return false;
  }
}

function shortFolder(): string {
  const room = `/clockwork-123456/${SOCKET}`;
  const wished = [process.env["XDG_RUNTIME_DIR"] ?? "", tmpdir()];
  return wished.find((path) => path.startsWith("/") && isShort(path + room)) ?? "/tmp";
}

function isShort(path: string): boolean {
  return Buffer.byteLength(path) <= LIMIT_ADDRESS_BYTES;
}
