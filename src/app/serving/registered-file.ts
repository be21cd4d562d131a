import { readFile, stat } from "node:fs/promises";
import { dirname, isAbsolute } from "node:path";
import { makeFolder } from "../../adapters/sqlite/folder.ts";
import { isRecord } from "../../model/json.ts";
import { writeFileWhole } from "../write-file.ts";

/** A project that somebody registered. */
export interface Registered {
  /** The absolute path of its file. */
  readonly path: string;
  /** What it was called when it was registered. */
  readonly project: string;
  /** Who registered it. */
  readonly by: string;
}

/** What is remembered, and what is wrong with it. */
export interface RememberedProjects {
  readonly registered: readonly Registered[];
  /** One sentence each. */
  readonly problems: readonly string[];
}

/** So many projects are remembered at the most. */
export const LIMIT_REGISTERED = 1_000;

const LIMIT_BYTES = 4 * 1024 * 1024;
const LIMIT_CHARACTERS = 4_096;

/**
 * Reads which projects were registered. Whatever stands in the file, it is no reason not to go on.
 *
 * @param path - The file.
 * @returns What can be read of it; nothing when it is not there.
 */
export async function readRegistered(path: string): Promise<RememberedProjects> {
  try {
    const { size } = await stat(path);
    if (size > LIMIT_BYTES) return unreadable(path, `is larger than ${String(LIMIT_BYTES)} bytes`);
    return registeredIn(path, await readFile(path, "utf8"));
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (isMissing) return { registered: [], problems: [] };
    return unreadable(path, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Reads the text of such a file. Pure.
 *
 * @param path - What it is called.
 * @param text - Anything.
 * @returns What can be read of it.
 */
export function registeredIn(path: string, text: string): RememberedProjects {
  const list = listIn(text);
  if (list === null) return unreadable(path, "does not hold what clockwork writes there");
  const registered = new Map<string, Registered>();
  let wrong = Math.max(0, list.length - LIMIT_REGISTERED);
  for (const entry of list.slice(0, LIMIT_REGISTERED)) {
    const read = entryOf(entry);
    if (read === null || registered.has(read.path)) wrong += 1;
    else registered.set(read.path, read);
  }
  const count = wrong === 1 ? "1 entry" : `${String(wrong)} entries`;
  const problems = wrong === 0 ? [] : [`${count} of ${path} cannot be used`];
  return { registered: [...registered.values()], problems };
}

/**
 * Remembers which projects are registered: never half of it.
 *
 * @param path - The file.
 * @param registered - All of them.
 * @throws {@link OutputError} When it cannot be written.
 */
export async function writeRegistered(
  path: string,
  registered: readonly Registered[],
): Promise<void> {
  makeFolder(dirname(path));
  await writeFileWhole(path, `${JSON.stringify({ registered }, null, 2)}\n`);
}

function listIn(text: string): readonly unknown[] | null {
  try {
    const value: unknown = JSON.parse(text);
    const list = isRecord(value) && Object.hasOwn(value, "registered") ? value["registered"] : null;
    return Array.isArray(list) ? list : null;
  } catch {
    return null;
  }
}

function entryOf(value: unknown): Registered | null {
  if (!isRecord(value)) return null;
  const [path, project, by] = ["path", "project", "by"].map((name) => textIn(value, name));
  const isWhole = typeof path === "string" && typeof project === "string" && typeof by === "string";
  return isWhole && isAbsolute(path) ? { path, project, by } : null;
}

function textIn(value: Readonly<Record<string, unknown>>, name: string): string | null {
  const found = Object.hasOwn(value, name) ? value[name] : null;
  if (typeof found !== "string" || found.length > LIMIT_CHARACTERS) return null;
  return found.includes("\0") ? null : found;
}

function unreadable(path: string, reason: string): RememberedProjects {
  return { registered: [], problems: [`${path} ${reason}: what was registered is not watched`] };
}
