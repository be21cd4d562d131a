import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DeployError } from "../../model/deploy-errors.ts";
import { ObservationError } from "../../model/errors.ts";
import { parseBusAddress, type BusPlace } from "./bus-address.ts";
import { BusConnection } from "./bus-connection.ts";
import { describeBusFailure } from "./failure.ts";

/** Where systemd is looked for. */
export interface SystemdOptions {
  /** The environment, for `DBUS_SYSTEM_BUS_ADDRESS`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of what runs, `/run` by default; for tests. */
  readonly runFolder?: string;
  /** Whom we ask as; who runs this process by default. */
  readonly userId?: number | undefined;
}

/** What is asked on a connection, about which unit. */
export interface BusTask<T> {
  readonly unit: string;
  readonly signal: AbortSignal;
  readonly run: (bus: BusConnection) => Promise<T>;
}

/** That one place has nobody says nothing of the next. */
const NOBODY_THERE: ReadonlySet<unknown> = new Set(["ENOENT", "ECONNREFUSED"]);

/**
 * Opens a connection to systemd for as long as a task takes: at the address in `DBUS_SYSTEM_BUS_ADDRESS`; otherwise, as root,
 * at systemd's own socket, and else at the bus of the system.
 *
 * @param options - Environment, and where to look.
 * @param task - What to ask.
 * @returns What the task gives.
 * @throws {@link ObservationError} When systemd does not run here, or cannot be asked.
 * @throws {@link DeployError} As the task does.
 */
export async function withSystemd<T>(
  options: SystemdOptions,
  { unit, signal, run }: BusTask<T>,
): Promise<T> {
  const { userId = process.getuid?.() } = options;
  if (userId === undefined) throw notRunning();
  const places = await placesOf(options, userId);
  for (const [index, place] of places.entries()) {
    try {
      using bus = await BusConnection.open(place, userId, signal);
      return await run(bus);
    } catch (error) {
      if (error instanceof DeployError) throw error;
      const isLast = index === places.length - 1;
      if (!signal.aborted && !isLast && isNobodyThere(error)) continue;
      throw describeBusFailure(error, { place, unit, signal });
    }
  }
  throw notRunning();
}

function isNobodyThere(error: unknown): boolean {
  return error instanceof Error && NOBODY_THERE.has(Reflect.get(error, "code"));
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
