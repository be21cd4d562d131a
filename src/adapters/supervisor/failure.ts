import { ObservationError } from "../../model/errors.ts";
import { describeFailure } from "../network/failure.ts";
import type { SupervisorEndpoint } from "./server-url.ts";

/** What to do, by what went wrong, at a socket of the file system. */
const SOCKET_HINTS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "no socket is there; start supervisord, or set serverUrl to where it listens"],
  ["ENOTDIR", "no socket is there; start supervisord, or set serverUrl to where it listens"],
  ["ECONNREFUSED", "nobody listens there any more; supervisord has ended, start it again"],
  [
    "EACCES",
    "this user may not open it; run as one that chmod and chown of [unix_http_server] let in",
  ],
  ["ENOTSOCK", "it is no socket; set serverUrl to where supervisord listens"],
]);

const NETWORK_HINTS: ReadonlyMap<string, string> = new Map([
  [
    "ECONNREFUSED",
    "nobody listens there; start supervisord with a section [inet_http_server], or correct serverUrl",
  ],
]);

/**
 * Says why a supervisord could not be asked, and what to do about it.
 *
 * @param error - What Node threw, or an error that says so already.
 * @param endpoint - Whom we asked.
 * @returns The error to show.
 */
export function describeSupervisorFailure(
  error: unknown,
  endpoint: SupervisorEndpoint,
): ObservationError {
  if (error instanceof ObservationError) return error;
  const code = codeOf(error);
  const hints = endpoint.socketPath === null ? NETWORK_HINTS : SOCKET_HINTS;
  const hint = hints.get(code);
  const reason =
    hint === undefined
      ? (protocolFailure(code) ?? describeFailure(error, endpoint.peer).message)
      : `${hint} (${code})`;
  return new ObservationError(`supervisord at ${endpoint.peer} cannot be asked: ${reason}`, {
    cause: error,
  });
}

function protocolFailure(code: string): string | null {
  if (code.startsWith("HPE_")) return `what listens there does not speak HTTP (${code})`;
  return code === "ECONNRESET" ? "it closed the connection before it had answered" : null;
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? code : "";
}
