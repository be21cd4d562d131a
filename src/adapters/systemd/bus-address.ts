import { ObservationError } from "../../model/errors.ts";
import { quoted } from "../../model/wording.ts";

/** A socket that D-Bus is spoken on. */
export interface BusPlace {
  /** As the system takes it: an abstract one begins with a zero. */
  readonly socketPath: string;
  /** Whether a bus listens there, which wants to be greeted, or systemd itself. */
  readonly isBus: boolean;
}

const PLACES_LIMIT = 16;

/**
 * Reads an address of a bus.
 *
 * @param address - Such as `unix:path=/run/dbus/system_bus_socket`; several are separated by semicolons.
 * @returns The sockets in it, in the order in which they are to be tried.
 * @throws {@link ObservationError} When it names no socket of this machine.
 * @see D-Bus Specification, "Server Addresses".
 */
export function parseBusAddress(address: string): readonly BusPlace[] {
  const places = address
    .split(";")
    .slice(0, PLACES_LIMIT)
    .flatMap((each) => placeOf(each));
  if (places.length > 0) return places;
  throw new ObservationError(
    `DBUS_SYSTEM_BUS_ADDRESS must name a socket, as in unix:path=/run/dbus/system_bus_socket: got ${quoted(address)}`,
  );
}

function placeOf(address: string): readonly BusPlace[] {
  const [, transport = "", list = ""] = /^([^:]*):(.*)$/su.exec(address) ?? [];
  if (transport !== "unix") return [];
  for (const pair of list.split(",")) {
    const socketPath = socketPathOf(pair);
    if (socketPath !== null) return [{ socketPath, isBus: true }];
  }
  return [];
}

function socketPathOf(pair: string): string | null {
  const [, key, value = ""] = /^([^=]*)=(.+)$/su.exec(pair) ?? [];
  const path = unescaped(value);
  if (path === null || path === "" || path.includes("\0")) return null;
  if (key === "path") return path.startsWith("/") ? path : null;
  return key === "abstract" ? `\0${path}` : null;
}

function unescaped(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}
