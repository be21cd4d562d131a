import { constants } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { ObservationError } from "../../model/errors.ts";

/** Where to look for supervisord's configuration. */
export interface SearchOptions {
  /** For `PATH`, and for what the configuration takes from the environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative places are seen from. */
  readonly folder: string;
  /** The root of the file system, `/` by default; for tests. */
  readonly root?: string;
}

/** A configuration that was found. */
export interface ConfigurationFile {
  readonly path: string;
  readonly text: string;
}

const LIMIT_BYTES = 1024 * 1024;
const MISSING: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR"]);

/**
 * Finds the configuration that `supervisorctl` would read: beside the folder that it is installed in, as in a virtual
 * environment of Python; then here; then in `/etc`.
 *
 * @param options - Where to look.
 * @returns The first file there is.
 * @throws {@link ObservationError} When there is none, which lists the places; or it cannot be read.
 */
export async function findConfiguration(options: SearchOptions): Promise<ConfigurationFile> {
  const found = await searchConfiguration(options);
  if ("path" in found) return found;
  throw new ObservationError(
    `no configuration of supervisord was found, so set serverUrl; looked for ${found.lookedFor.join(", ")}`,
  );
}

/**
 * Finds the configuration that `supervisorctl` would read, where there may be none.
 *
 * @param options - Where to look.
 * @returns The first file there is, or the places where none is.
 * @throws {@link ObservationError} When it cannot be read.
 */
export async function searchConfiguration(
  options: SearchOptions,
): Promise<ConfigurationFile | { readonly lookedFor: readonly string[] }> {
  const paths = [...(await installedPaths(options)), ...fixedPaths(options)];
  for (const path of paths) {
    const text = await textOf(path);
    if (text !== null) return { path, text };
  }
  return { lookedFor: paths };
}

function fixedPaths({ folder, root = "/" }: SearchOptions): string[] {
  return [
    join(folder, "supervisord.conf"),
    join(folder, "etc", "supervisord.conf"),
    join(root, "etc", "supervisord.conf"),
    join(root, "etc", "supervisor", "supervisord.conf"),
  ];
}

async function installedPaths({ env }: SearchOptions): Promise<string[]> {
  for (const folder of (env["PATH"] ?? "").split(delimiter)) {
    if (!folder.startsWith("/") || !(await isProgram(join(folder, "supervisorctl")))) continue;
    const prefix = dirname(folder);
    return [join(prefix, "etc", "supervisord.conf"), join(prefix, "supervisord.conf")];
  }
  return [];
}

async function isProgram(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

// Null when it is not there. A pipe or a device could keep us for ever, and is not opened.
async function textOf(path: string): Promise<string | null> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw new ObservationError(`${path} is no regular file; set serverUrl`);
    if (stats.size > LIMIT_BYTES) {
      throw new ObservationError(
        `${path} is larger than ${String(LIMIT_BYTES)} bytes; set serverUrl`,
      );
    }
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof ObservationError) throw cause;
    const code: unknown = cause instanceof Error ? Reflect.get(cause, "code") : undefined;
    if (typeof code === "string" && MISSING.has(code)) return null;
    throw new ObservationError(
      `${path} cannot be read, to learn where supervisord listens (${String(code)}); run as a user who may, or set serverUrl`,
      { cause },
    );
  }
}
