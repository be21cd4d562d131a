import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ObservationError } from "../../model/errors.ts";
import { quoted } from "../../model/wording.ts";
import type { Systemd, UnitInfo } from "../../ports/systemd.ts";
import { Slots } from "../network/slots.ts";
import { parseBusAddress, type BusPlace } from "./bus-address.ts";
import { BusConnection } from "./bus-connection.ts";
import { describeBusFailure } from "./failure.ts";
import { unitInfo } from "./unit-info.ts";

/** Where systemd is looked for. */
export interface SystemdOptions {
  /** The environment, for `DBUS_SYSTEM_BUS_ADDRESS`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of what runs, `/run` by default; for tests. */
  readonly runFolder?: string;
  /** Whom we ask as; who runs this process by default. */
  readonly userId?: number | undefined;
}

/** A bus lets one user have 256 connections. */
const CONNECTIONS_LIMIT = 32;
/** What systemd allows in a name, apart from where `@` may stand. */
const UNIT_NAME = /^[\w:.\\@-]{1,255}$/u;
/** That one place has nobody says nothing of the next. */
const NOBODY_THERE: ReadonlySet<unknown> = new Set(["ENOENT", "ECONNREFUSED"]);

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
        return await lookUp(unit, options, signal);
      } finally {
        slots.give();
      }
    },
  };
}

async function lookUp(
  unit: string,
  options: SystemdOptions,
  signal: AbortSignal,
): Promise<UnitInfo> {
  const { userId = process.getuid?.() } = options;
  if (userId === undefined) throw notRunning();
  const places = await placesOf(options, userId);
  for (const [index, place] of places.entries()) {
    try {
      using bus = await BusConnection.open(place, userId, signal);
      return await unitInfo(bus, unit);
    } catch (error) {
      const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
      const isLast = index === places.length - 1;
      if (!signal.aborted && !isLast && NOBODY_THERE.has(code)) continue;
      throw describeBusFailure(error, { place, unit, signal });
    }
  }
  throw notRunning();
}

async function placesOf(
  { env, runFolder = "/run" }: SystemdOptions,
  userId: number,
): Promise<readonly BusPlace[]> {
  const address = env["DBUS_SYSTEM_BUS_ADDRESS"] ?? "";
  if (address !== "") return parseBusAddress(address);
  // What sd_booted(3) looks at.
  if (!(await isFolder(join(runFolder, "systemd", "system")))) throw notRunning();
  const ours = { socketPath: join(runFolder, "systemd", "private"), isBus: false };
  const bus = { socketPath: join(runFolder, "dbus", "system_bus_socket"), isBus: true };
  return userId === 0 ? [ours, bus] : [bus];
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

function notRunning(): ObservationError {
  return new ObservationError("systemd is not running on this machine");
}
