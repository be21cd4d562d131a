import { join } from "node:path";
import { ObservationError } from "../../model/errors.ts";
import { quoted } from "../../model/wording.ts";

/** An engine that speaks Docker's API. */
export type ApiEngine = "docker" | "podman";

/** Environment variables, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where an engine may listen. */
export type EngineAddress =
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number };

/** The variable that names an engine's address. */
export const HOST_VARIABLE = { docker: "DOCKER_HOST", podman: "CONTAINER_HOST" } as const;

/** The port of Docker's API without TLS. */
const DEFAULT_PORT = 2375;

/**
 * Lists where an engine may listen.
 *
 * @param engine - Which engine.
 * @param env - Whoever names an address there wants that one and no other.
 * @returns One or more addresses, in the order in which they are to be tried.
 * @throws {@link ObservationError} When the environment names an address that we cannot talk to.
 */
export function engineAddresses(engine: ApiEngine, env: Environment): readonly EngineAddress[] {
  const named = env[HOST_VARIABLE[engine]] ?? "";
  if (named !== "") return [parseAddress(named, HOST_VARIABLE[engine], env)];
  return engine === "docker" ? dockerSockets(env) : podmanSockets(env);
}

/**
 * Writes an address as people know it.
 *
 * @param address - The address.
 * @returns A path, or `tcp://host:port`.
 */
export function addressLabel(address: EngineAddress): string {
  if (address.kind === "socket") return address.path;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `tcp://${host}:${String(address.port)}`;
}

function dockerSockets(env: Environment): EngineAddress[] {
  return [
    { kind: "socket", path: "/var/run/docker.sock" },
    ...socketIn(env["HOME"], ".docker/run/docker.sock"),
    ...socketIn(env["XDG_RUNTIME_DIR"], "docker.sock"),
  ];
}

function podmanSockets(env: Environment): EngineAddress[] {
  return [
    ...socketIn(env["XDG_RUNTIME_DIR"], "podman/podman.sock"),
    { kind: "socket", path: "/run/podman/podman.sock" },
  ];
}

function socketIn(folder: string | undefined, name: string): EngineAddress[] {
  return folder === undefined || folder === ""
    ? []
    : [{ kind: "socket", path: join(folder, name) }];
}

function parseAddress(text: string, variable: string, env: Environment): EngineAddress {
  const path = /^unix:\/\/(?<path>\/[^\0]*)$/u.exec(text)?.groups?.["path"];
  if (path !== undefined) return { kind: "socket", path };
  const tcp = parseTcp(text);
  if (tcp === null) {
    throw new ObservationError(
      `${variable} must be unix:///path or tcp://host:port: got ${quoted(text)}`,
    );
  }
  if ((env["DOCKER_TLS_VERIFY"] ?? "") !== "") {
    throw new ObservationError(
      `${variable} with DOCKER_TLS_VERIFY asks for TLS, which is not supported: use a unix socket, for example one forwarded over SSH`,
    );
  }
  return tcp;
}

function parseTcp(text: string): EngineAddress | null {
  const url = URL.parse(text);
  if (url?.protocol !== "tcp:" || url.hostname === "" || url.username !== "") return null;
  const port = url.port === "" ? DEFAULT_PORT : Number(url.port);
  return { kind: "tcp", host: url.hostname.replace(/^\[|\]$/gu, ""), port };
}
