import { DeployError } from "../../model/deploy-errors.ts";
import { BusError, type BusConnection } from "./bus-connection.ts";
import type { WireValue } from "./wire.ts";

const SYSTEMD = "org.freedesktop.systemd1";

/** What systemd says of a unit that it does not have. */
export const NO_SUCH_UNIT: ReadonlySet<string> = new Set([
  `${SYSTEMD}.NoSuchUnit`,
  "org.freedesktop.DBus.Error.FileNotFound",
]);

const NOT_PERMITTED: ReadonlySet<string> = new Set([
  "org.freedesktop.DBus.Error.AccessDenied",
  "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired",
]);

/**
 * Calls a method of systemd's manager.
 *
 * @param bus - A connection to systemd.
 * @param member - Such as `StartUnit`.
 * @param parameters - Their signature, and each of them.
 * @returns What it gave.
 * @throws {@link BusError} When systemd refuses.
 */
export async function callManager(
  bus: BusConnection,
  member: string,
  [signature, ...body]: readonly [signature: string, ...body: readonly WireValue[]] = [""],
): Promise<readonly WireValue[]> {
  return await bus.call({
    destination: SYSTEMD,
    path: "/org/freedesktop/systemd1",
    interface: `${SYSTEMD}.Manager`,
    member,
    signature,
    body,
  });
}

/**
 * Says that systemd would not do something.
 *
 * @param action - What it should have done, such as `start web.service`.
 * @param task - Does it.
 * @returns What the task gives.
 * @throws {@link DeployError} When systemd refuses.
 */
export async function insistOn<T>(action: string, task: Promise<T>): Promise<T> {
  try {
    return await task;
  } catch (error) {
    if (!(error instanceof BusError)) throw error;
    const hint = NOT_PERMITTED.has(error.errorName) ? "run as root" : null;
    throw new DeployError(`systemd would not ${action}: ${error.message}`, { hint, cause: error });
  }
}
