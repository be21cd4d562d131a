import { hostname } from "node:os";
import { glob } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { ObservationError } from "../../model/errors.ts";
import type { SupervisorAddress } from "../../ports/supervisor.ts";
import { searchConfiguration, type SearchOptions } from "./configuration-file.ts";
import { expander, serverOf } from "./configuration.ts";
import { parseIni } from "./ini.ts";
import { parseServerUrl } from "./server-url.ts";

/** A configuration of supervisord, and what it includes. */
export interface Inclusion {
  readonly path: string;
  readonly text: string;
  /** Absolute, with wildcards. */
  readonly patterns: readonly string[];
}

const FILES_LIMIT = 10_000;
const WILDCARD = /[*?[]/u;
/** Whatever its name is, a file of ours can have such an end. */
const ANY_WITH_END = /^\*([^*?[\]]*)$/u;

/**
 * Finds the configuration of the supervisord at an address, where that is one of this machine that we can find.
 *
 * @param address - Which supervisord.
 * @param options - Where to look.
 * @returns Null when there is no configuration, or it is of another supervisord.
 * @throws {@link ObservationError} When it cannot be read.
 */
export async function inclusionOf(
  { serverUrl }: Pick<SupervisorAddress, "serverUrl">,
  options: SearchOptions,
): Promise<Inclusion | null> {
  const found = await searchConfiguration(options);
  if (!("path" in found)) return null;
  const { path, text } = found;
  if (serverUrl !== null && !isAt(serverUrl, { path, text, env: options.env })) return null;
  return { path, text, patterns: patternsOf(text, { path, env: options.env }) };
}

function isAt(
  serverUrl: string,
  {
    text,
    ...file
  }: { readonly path: string; readonly text: string; readonly env: SearchOptions["env"] },
): boolean {
  try {
    return serverOf(text, file).endpoint.peer === parseServerUrl(serverUrl).peer;
  } catch (error) {
    // One that does not say where it listens may be any.
    if (error instanceof ObservationError) return false;
    throw error;
  }
}

/**
 * Reads which files a configuration includes.
 *
 * @param text - The text of a `supervisord.conf`.
 * @param file - Its path, and the environment.
 * @returns Absolute patterns; none when it includes nothing.
 * @throws {@link ObservationError} When a pattern refers to something that we do not know.
 */
export function patternsOf(
  text: string,
  file: { readonly path: string; readonly env: SearchOptions["env"] },
): readonly string[] {
  const files = parseIni(text).get("include")?.get("files") ?? "";
  const expand = expander(file);
  return expand(files.replaceAll("%(host_node_name)s", hostname()))
    .split(/\s+/u)
    .filter((pattern) => pattern !== "")
    .map((pattern) => resolve(dirname(resolve(file.path)), pattern));
}

/**
 * Finds a name for a file of ours that a configuration includes.
 *
 * @param patterns - Which files it includes.
 * @param program - Whose section it is.
 * @returns Absolute; null when no pattern takes a file of any name.
 */
export function ownPath(patterns: readonly string[], program: string): string | null {
  for (const pattern of patterns) {
    const folder = dirname(pattern);
    const end = ANY_WITH_END.exec(basename(pattern))?.[1];
    if (end === undefined || WILDCARD.test(folder)) continue;
    return resolve(folder, `clockwork-${program}${end === "" ? ".conf" : end}`);
  }
  return null;
}

/**
 * Lists the files that patterns name.
 *
 * @param patterns - Absolute.
 * @returns Paths, each once; at most 10,000.
 */
export async function includedFiles(patterns: readonly string[]): Promise<readonly string[]> {
  const paths = new Set(patterns.filter((pattern) => !WILDCARD.test(pattern)));
  const wild = patterns.filter((pattern) => WILDCARD.test(pattern));
  for await (const path of glob(wild)) {
    paths.add(path);
    if (paths.size >= FILES_LIMIT) break;
  }
  return [...paths];
}
