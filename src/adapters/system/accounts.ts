import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Account } from "../../ports/disk.ts";
import { readBeginning } from "./file-content.ts";
import { asObservationError, isAbsent } from "./system-failure.ts";

const LIMIT_BYTES = 16 * 1024 * 1024;
const LIMIT_MS = 10_000;
const NUMBER = /^\d{1,10}$/u;
const LARGEST_ID = 2 ** 32 - 2;

/** One line of `/etc/passwd` or `/etc/group`. */
export interface AccountLine {
  readonly name: string;
  readonly id: number;
  /** The group of a user; null where the line does not say. */
  readonly groupId: number | null;
}

/**
 * Reads the text of `/etc/passwd` or `/etc/group`, as {@link parseNameDatabase} does.
 *
 * @param text - The text of the file.
 * @returns The lines that make sense, in their order.
 */
export function parseAccounts(text: string): readonly AccountLine[] {
  return text.split("\n").flatMap((line) => {
    const [name = "", , id = "", group = ""] = line.split(":", 4);
    // Lines with + or - stand for whole other sources.
    if (name === "" || /^[#+-]/u.test(name)) return [];
    const own = idOf(id);
    return own === null ? [] : [{ name, id: own, groupId: idOf(group) }];
  });
}

/**
 * Finds a user: in `/etc/passwd`, then wherever else this machine keeps users.
 *
 * @param name - A name, or a number.
 * @returns Null when there is no such user; whoever is a number always exists.
 * @throws {@link ObservationError} When we could not look.
 */
export async function findUser(name: string): Promise<Account | null> {
  const userId = idOf(name);
  const line = await find("passwd", name, userId);
  if (line !== null) return { userId: line.id, groupId: line.groupId };
  return userId === null ? null : { userId, groupId: null };
}

/**
 * Finds a group: in `/etc/group`, then wherever else this machine keeps groups.
 *
 * @param name - A name, or a number.
 * @returns Its number; null when there is no such group.
 * @throws {@link ObservationError} When we could not look.
 */
export async function findGroup(name: string): Promise<number | null> {
  return idOf(name) ?? (await find("group", name, null))?.id ?? null;
}

function idOf(text: string): number | null {
  return NUMBER.test(text) && Number(text) <= LARGEST_ID ? Number(text) : null;
}

async function find(
  database: "passwd" | "group",
  name: string,
  id: number | null,
): Promise<AccountLine | null> {
  const isMeant = (line: AccountLine): boolean =>
    id === null ? line.name === name : line.id === id;
  const local = parseAccounts(await textOf(`/etc/${database}`)).find(isMeant);
  if (local !== undefined) return local;
  return parseAccounts(await askSystem(database, name)).find(isMeant) ?? null;
}

// Read afresh each time: a user may have been made a moment ago.
async function textOf(path: string): Promise<string> {
  try {
    return (await readBeginning(path, LIMIT_BYTES)).bytes.toString("utf8");
  } catch (error) {
    if (isAbsent(error)) return "";
    throw asObservationError(`read ${path}`, error);
  }
}

async function askSystem(database: string, name: string): Promise<string> {
  try {
    const options = { timeout: LIMIT_MS, maxBuffer: LIMIT_BYTES };
    return (await promisify(execFile)("getent", [database, "--", name], options)).stdout;
  } catch {
    // It ends with 2 for whom nobody knows, and does not exist on every system.
    return "";
  }
}
