import { abortReason } from "../../model/abort.ts";
import { ObservationError } from "../../model/errors.ts";
import { describeFailure } from "../network/failure.ts";
import type { BusPlace } from "./bus-address.ts";
import { BusError } from "./bus-connection.ts";
import { WireError } from "./signature.ts";

/** What errors of the bus mean, without their common beginning. */
const BUS_MEANINGS: ReadonlyMap<string, string> = new Map([
  ["ServiceUnknown", "systemd is not running on this machine: nobody answers for it on its bus"],
  ["NameHasNoOwner", "systemd is not running on this machine: nobody answers for it on its bus"],
  ["AccessDenied", "this user may not ask systemd; run as root"],
  ["LimitsExceeded", "the bus has too many connections of this user"],
]);
const BUS_ERROR = "org.freedesktop.DBus.Error.";

const SOCKET_MEANINGS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "no socket is there; start dbus, or run as root"],
  ["ECONNREFUSED", "nobody listens there; start dbus, or run as root"],
  ["EACCES", "this user may not open it; run as root"],
]);

/**
 * Says why systemd could not be asked, and what to do about it.
 *
 * @param error - What was thrown.
 * @param look - Where we asked for which unit, and what may have stopped us.
 * @returns The error to throw.
 */
export function describeBusFailure(
  error: unknown,
  look: { readonly place: BusPlace; readonly unit: string; readonly signal: AbortSignal },
): Error {
  if (look.signal.aborted) return abortReason(look.signal);
  if (error instanceof BusError) return refusal(error, look.unit);
  const peer = look.place.socketPath.replace(/^\0/u, "@");
  return new ObservationError(`systemd at ${peer} cannot be asked: ${reasonOf(error, peer)}`, {
    cause: error,
  });
}

function refusal(error: BusError, unit: string): ObservationError {
  const name = error.errorName.startsWith(BUS_ERROR) ? error.errorName.slice(BUS_ERROR.length) : "";
  const meaning = BUS_MEANINGS.get(name) ?? `systemd would not tell of ${unit}: ${error.message}`;
  return new ObservationError(meaning, { cause: error });
}

function reasonOf(error: unknown, peer: string): string {
  if (error instanceof ObservationError) return error.message;
  if (error instanceof WireError) return `it does not speak D-Bus: ${error.message}`;
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  const meaning = typeof code === "string" ? SOCKET_MEANINGS.get(code) : undefined;
  if (meaning !== undefined) return `${meaning} (${String(code)})`;
  return describeFailure(error, peer).message;
}
