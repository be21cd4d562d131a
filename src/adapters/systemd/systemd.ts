import { ObservationError } from "../../model/errors.ts";
import { quoted } from "../../model/wording.ts";
import type { Systemd } from "../../ports/systemd.ts";
import { Slots } from "../network/slots.ts";
import { withSystemd, type SystemdOptions } from "./bus-session.ts";
import { unitInfo } from "./unit-info.ts";

/** A bus lets one user have 256 connections. */
const CONNECTIONS_LIMIT = 32;
/** What systemd allows in a name, apart from where `@` may stand. */
const UNIT_NAME = /^[\w:.\\@-]{1,255}$/u;
/**
 * Asks systemd over D-Bus, without starting a process: at the address in `DBUS_SYSTEM_BUS_ADDRESS`; otherwise, as root, at
 * systemd's own socket, and else at the bus of the system.
 *
 * It follows the documentation of systemd and is tested on a real bus with a stand-in for systemd; it has not been run
 * against a real systemd.
 *
 * @param options - Environment, and where to look.
 * @returns A systemd that has been asked nothing yet.
 * @see org.freedesktop.systemd1(5), "The D-Bus interface of systemd".
 */
export function systemd(options: SystemdOptions): Systemd {
  const slots = new Slots(CONNECTIONS_LIMIT);
  return {
    unit: async (unit, signal) => {
      if (!UNIT_NAME.test(unit)) {
        throw new ObservationError(`this cannot be the name of a unit: ${quoted(unit)}`);
      }
      await slots.take(signal);
      try {
        return await withSystemd(options, { unit, signal, run: (bus) => unitInfo(bus, unit) });
      } finally {
        slots.give();
      }
    },
  };
}
