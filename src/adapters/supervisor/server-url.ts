import { ObservationError } from "../../model/errors.ts";
import { quoted } from "../../model/wording.ts";

/** Where a supervisord listens. */
export interface SupervisorEndpoint {
  /** For messages: `/run/supervisor.sock`, `127.0.0.1:9001`. */
  readonly peer: string;
  /** The socket in the file system; null for one of the network. */
  readonly socketPath: string | null;
  /** A name or an address, the one of IPv6 without brackets; `localhost` for a socket in the file system. */
  readonly host: string;
  readonly port: number;
  /** What is asked for over HTTP. */
  readonly path: string;
}

/** Where supervisord takes XML-RPC. */
const RPC_PATH = "/RPC2";
const DEFAULT_PORT = 80;
const HINT = "write unix:///path/to/supervisor.sock or http://host:port";

/**
 * Reads where a supervisord listens.
 *
 * @param url - `unix:///path` or `http://host:port`, perhaps with a path of its own.
 * @returns Its parts.
 * @throws {@link ObservationError} When it is neither.
 */
export function parseServerUrl(url: string): SupervisorEndpoint {
  return url.startsWith("unix://") ? unixEndpoint(url) : httpEndpoint(url);
}

function unixEndpoint(url: string): SupervisorEndpoint {
  const socketPath = url.slice("unix://".length);
  if (!socketPath.startsWith("/") || socketPath.includes("\0")) {
    throw new ObservationError(
      `the URL of supervisord needs an absolute path: got ${quoted(url)}; ${HINT}`,
    );
  }
  return { peer: socketPath, socketPath, host: "localhost", port: 0, path: RPC_PATH };
}

function httpEndpoint(text: string): SupervisorEndpoint {
  const url = URL.parse(text);
  if (url?.protocol !== "http:") {
    throw new ObservationError(
      `the URL of supervisord must be unix:// or http://: got ${quoted(text)}; ${HINT}`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new ObservationError(
      `the URL of supervisord must not hold credentials: got ${quoted(text)}; give username and password beside it`,
    );
  }
  return {
    peer: url.host.includes("]") || url.port !== "" ? url.host : `${url.host}:80`,
    socketPath: null,
    host: url.hostname.replace(/^\[|\]$/gu, ""),
    port: url.port === "" ? DEFAULT_PORT : Number(url.port),
    path: url.pathname === "/" ? RPC_PATH : url.pathname,
  };
}
