import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where servers live that are not on everybody's path. */
const SERVER_FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** Finds a program on the path, among the system's servers, or in the folders given; null where there is none. */
export function findProgram(name: string, folders: readonly string[] = []): string | null {
  const path = (process.env["PATH"] ?? "").split(delimiter);
  const files = [...folders, ...path, ...SERVER_FOLDERS].map((folder) => join(folder, name));
  return files.find((file) => existsSync(file)) ?? null;
}

/** Finds a program that a test cannot do without. */
export function needProgram(name: string, folders: readonly string[] = []): string {
  const file = findProgram(name, folders);
  if (file === null) throw new Error(`${name} is needed and is not installed`);
  return file;
}

/** Where Debian keeps the programs of PostgreSQL, the newest version first; elsewhere they are on the path. */
export function postgresFolders(): string[] {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return [];
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(root, version, "bin"));
}

/** Where Debian keeps the plugins of Nagios. */
export const PLUGIN_FOLDERS: readonly string[] = ["/usr/lib/nagios/plugins"];
