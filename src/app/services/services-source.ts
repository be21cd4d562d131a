import { statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** The file that holds the services of a project. */
const SERVICES_FILE = "services.json";

/** Where services are configured, and what the whole is called. */
export interface ServicesSource {
  /** A file, or `-` for standard input. */
  readonly path: string;
  /** The name of the folder that holds the file; `stdin` for standard input. */
  readonly project: string;
}

/**
 * Finds the services file that a person means.
 *
 * @param named - A file, a folder that holds a `services.json`, `-` for standard input; the current folder by default.
 * @returns The file, whether it exists or not.
 */
export function servicesSource(named: string | undefined): ServicesSource {
  if (named === "-") return { path: "-", project: "stdin" };
  const path =
    named === undefined ? SERVICES_FILE : isFolder(named) ? join(named, SERVICES_FILE) : named;
  return { path, project: basename(dirname(resolve(path))) || "root" };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
