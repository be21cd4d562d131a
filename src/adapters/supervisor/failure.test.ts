import { expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import { describeSupervisorFailure } from "./failure.ts";
import { parseServerUrl } from "./server-url.ts";

const socket = parseServerUrl("unix:///run/s.sock");
const port = parseServerUrl("http://127.0.0.1:9001");

function systemError(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}

it.each([
  [socket, "ENOENT", "no socket is there; start supervisord, or set serverUrl"],
  [socket, "ENOTDIR", "no socket is there; start supervisord, or set serverUrl"],
  [socket, "ECONNREFUSED", "nobody listens there any more; supervisord has ended, start it again"],
  [socket, "EACCES", "this user may not open it; run as one that chmod and chown"],
  [port, "ECONNREFUSED", "nobody listens there; start supervisord with a section [inet_http"],
  [port, "EACCES", "this machine does not permit the connection"],
  [port, "EHOSTUNREACH", "host unreachable"],
  [port, "ECONNRESET", "it closed the connection before it had answered"],
  [port, "HPE_INVALID_CONSTANT", "what listens there does not speak HTTP (HPE_INVALID_CONSTANT)"],
  [socket, "EMFILE", "this process has too many files open"],
])("describeSupervisorFailure() says what to do: $peer, %s", (endpoint, code, says) => {
  const cause = systemError(code);
  const error = describeSupervisorFailure(cause, endpoint);
  expect(error).toBeInstanceOf(ObservationError);
  expect(error.message).toContain(`supervisord at ${endpoint.peer} cannot be asked: ${says}`);
  expect(error.cause).toBe(cause);
});

it("describeSupervisorFailure() gives back what says so already", () => {
  const error = new ObservationError("refused");
  expect(describeSupervisorFailure(error, socket)).toBe(error);
});
