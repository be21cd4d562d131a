import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import { ObservationError } from "../../model/errors.ts";
import { quoted } from "../../model/wording.ts";
import type { SupervisorCredentials } from "./client.ts";
import { findConfiguration, type SearchOptions } from "./configuration-file.ts";
import { parseIni, type Ini } from "./ini.ts";
import { parseServerUrl, type SupervisorEndpoint } from "./server-url.ts";

/** Where a supervisord listens, and who may ask it. */
export interface ConfiguredServer {
  readonly endpoint: SupervisorEndpoint;
  /** Null when it lets everybody in, or keeps its password only as a hash. */
  readonly credentials: SupervisorCredentials | null;
}

type Section = ReadonlyMap<string, string>;
/** Fills in what a value refers to. */
export type Expand = (value: string) => string;

const PLACEHOLDER = /%(?:%|\(([^()]{1,200})\)s)/gu;
const HASH = "{SHA}";

/**
 * Finds out where supervisord listens, from the file that `supervisorctl` would read: what `[supervisorctl]` says, otherwise
 * the socket of `[unix_http_server]`, otherwise the port of `[inet_http_server]`. Files that it includes are not read.
 *
 * @param options - Where to look.
 * @returns Where it listens.
 * @throws {@link ObservationError} When there is no such file, it cannot be read, or it does not say.
 */
export async function configuredServer(options: SearchOptions): Promise<ConfiguredServer> {
  const { path, text } = await findConfiguration(options);
  return serverOf(text, { path, env: options.env });
}

/**
 * Reads from a configuration where supervisord listens.
 *
 * @param text - The text of a `supervisord.conf`.
 * @param file - Its path, for `%(here)s` and messages, and the environment for `%(ENV_X)s`.
 * @returns Where it listens.
 * @throws {@link ObservationError} When it does not say.
 */
export function serverOf(
  text: string,
  file: { readonly path: string; readonly env: SearchOptions["env"] },
): ConfiguredServer {
  const ini = parseIni(text);
  const expand = expander(file);
  const server = controlled(ini, expand) ?? unixServer(ini, expand) ?? inetServer(ini, expand);
  if (server !== null) return server;
  throw new ObservationError(
    `${file.path} does not say where supervisord listens: it needs 'file' in [unix_http_server], or set serverUrl`,
  );
}

function controlled(ini: Ini, expand: Expand): ConfiguredServer | null {
  const section = ini.get("supervisorctl");
  const url = section?.get("serverurl");
  if (section === undefined || url === undefined) return null;
  const expanded = expand(url);
  const endpoint = expanded.startsWith("unix://")
    ? socketEndpoint(expanded.slice("unix://".length))
    : parseServerUrl(expanded);
  return { endpoint, credentials: credentialsOf(section, expand) };
}

function unixServer(ini: Ini, expand: Expand): ConfiguredServer | null {
  const section = sectionOf(ini, "unix_http_server");
  const file = section?.get("file");
  if (section === null || file === undefined) return null;
  return { endpoint: socketEndpoint(expand(file)), credentials: credentialsOf(section, expand) };
}

// `9001`, `:9001`, `*:9001`, `127.0.0.1:9001`.
function inetServer(ini: Ini, expand: Expand): ConfiguredServer | null {
  const section = sectionOf(ini, "inet_http_server");
  const port = section?.get("port");
  if (section === null || port === undefined) return null;
  const match = /^(?:(.*):)?(\d+)$/su.exec(expand(port));
  if (match === null) {
    throw new ObservationError(
      `the port of [inet_http_server] must be a number, or host:number: got ${quoted(port)}; set serverUrl`,
    );
  }
  const [, host = "", number = ""] = match;
  const url = `http://${host === "" || host === "*" ? "127.0.0.1" : host}:${number}`;
  return { endpoint: parseServerUrl(url), credentials: credentialsOf(section, expand) };
}

// Several servers may be told apart by what stands after a colon.
function sectionOf(ini: Ini, name: string): Section | null {
  for (const [key, section] of ini) {
    if (key === name || key.startsWith(`${name}:`)) return section;
  }
  return null;
}

function credentialsOf(section: Section, expand: Expand): SupervisorCredentials | null {
  const username = section.get("username") ?? "";
  const password = section.get("password") ?? "";
  if (username === "" || password.startsWith(HASH)) return null;
  return { username: expand(username), password: expand(password) };
}

// Relative to where we are, like `supervisorctl`: nobody knows where supervisord was when it was started.
function socketEndpoint(path: string): SupervisorEndpoint {
  const isHome = path === "~" || path.startsWith("~/");
  return parseServerUrl(`unix://${resolve(isHome ? `${homedir()}${path.slice(1)}` : path)}`);
}

/**
 * Makes what fills in `%(here)s` and `%(ENV_X)s`.
 *
 * @param file - The path of the configuration, and the environment.
 * @returns Gives a value as supervisord has it.
 * @throws {@link ObservationError} When a value refers to something that we do not know.
 */
export function expander(file: {
  readonly path: string;
  readonly env: SearchOptions["env"];
}): Expand {
  return (value) =>
    value.replace(PLACEHOLDER, (placeholder, name: string | undefined) => {
      if (placeholder === "%%") return "%";
      if (name === "here") return dirname(resolve(file.path));
      const found = name?.startsWith("ENV_") === true ? file.env[name.slice(4)] : undefined;
      if (found !== undefined) return found;
      throw new ObservationError(
        `${file.path} uses ${placeholder}, which is not set in the environment of this process; set serverUrl instead`,
      );
    });
}
