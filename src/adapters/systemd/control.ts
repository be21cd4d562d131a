import { join } from "node:path";
import { DeployError } from "../../model/deploy-errors.ts";
import { markLine } from "../../model/mark-line.ts";
import type { Clock } from "../../ports/clock.ts";
import type { SystemdControl } from "../../ports/systemd-control.ts";
import { Slots } from "../network/slots.ts";
import { eraseDurably, writeDurably, writingProblem } from "../system/durable-file.ts";
import { BusError, type BusConnection } from "./bus-connection.ts";
import { withSystemd, type SystemdOptions } from "./bus-session.ts";
import { callManager, insistOn, NO_SUCH_UNIT } from "./manager.ts";
import { lookAtUnitFile, markedUnitsIn, readUnitFile } from "./unit-file.ts";
import { lookAtUnit, settledUnit, type LoadedUnit } from "./unit-look.ts";

/** What is needed to change units. */
export interface SystemdControlOptions extends SystemdOptions {
  readonly clock: Clock;
  /** The folder of the units that the administrator of the machine writes. */
  readonly unitFolder: string;
}

const CONNECTIONS_LIMIT = 16;
const FIRST_POLL_MS = 20;
const MOST_POLL_MS = 500;
const UNIT_MODE = 0o644;

/**
 * Changes units of systemd: files in the folder of the administrator's units, and D-Bus for all the rest.
 *
 * It follows the documentation of systemd and is tested on a real bus with a stand-in for systemd; it has not been run
 * against a real systemd.
 *
 * @param options - Environment, clock and folder.
 * @returns A control that has touched nothing yet.
 * @see org.freedesktop.systemd1(5), "The D-Bus interface of systemd".
 */
export function systemdControl(options: SystemdControlOptions): SystemdControl {
  const { unitFolder, clock } = options;
  const slots = new Slots(CONNECTIONS_LIMIT);
  const pathOf = (unit: string): string => join(unitFolder, unit);
  const ask = async <T>(
    unit: string,
    signal: AbortSignal,
    run: (bus: BusConnection) => Promise<T>,
  ): Promise<T> => {
    await slots.take(signal);
    try {
      return await withSystemd(options, { unit, signal, run });
    } finally {
      slots.give();
    }
  };
  return {
    find: async (unit, signal) => {
      const loaded = await ask(unit, signal, (bus) => lookAtUnit(bus, unit));
      const path = pathOf(unit);
      return { ...loaded, path, file: await lookAtUnitFile(path) };
    },
    readFile: (unit) => readUnitFile(pathOf(unit)),
    writeFile: async (unit, content, marks) => {
      const line = marks === null ? "" : markLine("#", marks);
      await writeDurably(pathOf(unit), Buffer.concat([Buffer.from(line), content]), UNIT_MODE);
    },
    eraseFile: (unit) => eraseDurably(pathOf(unit)),
    writingProblem: (unit) => writingProblem(pathOf(unit)),
    reload: async (signal) => {
      await ask("its units", signal, (bus) =>
        insistOn("read its units again", callManager(bus, "Reload")),
      );
    },
    setEnabled: (unit, isEnabled, signal) =>
      ask(unit, signal, (bus) => setEnabled(bus, unit, isEnabled)),
    start: (unit, signal) => ask(unit, signal, (bus) => start(bus, unit, { clock, signal })),
    stop: (unit, signal) => ask(unit, signal, (bus) => stop(bus, unit, { clock, signal })),
    markedUnits: (signal) => markedUnitsIn(unitFolder, signal),
  };
}

interface Waiting {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

async function setEnabled(bus: BusConnection, unit: string, isEnabled: boolean): Promise<void> {
  // Not for this run of the machine alone, no link of others is replaced, and where it was installed before it no longer is.
  const task = isEnabled
    ? callManager(bus, "ReenableUnitFiles", ["asbb", [unit], false, false])
    : callManager(bus, "DisableUnitFiles", ["asb", [unit], false]);
  await insistOn(`${isEnabled ? "enable" : "disable"} ${unit}`, unlessMissing(task, !isEnabled));
}

async function start(bus: BusConnection, unit: string, waiting: Waiting): Promise<void> {
  // One that failed too often would not be started.
  await unlessMissing(callManager(bus, "ResetFailedUnit", ["s", unit]), true);
  await insistOn(`start ${unit}`, callManager(bus, "StartUnit", ["ss", unit, "replace"]));
  const { activeState, result, exitStatus } = await settled(bus, unit, waiting);
  if (activeState !== "failed") return;
  const status = exitStatus === null ? "" : `, status ${String(exitStatus)}`;
  throw new DeployError(`${unit} failed to start: ${result}${status}`, {
    hint: `journalctl -u ${unit} tells more`,
  });
}

async function stop(bus: BusConnection, unit: string, waiting: Waiting): Promise<void> {
  const task = unlessMissing(callManager(bus, "StopUnit", ["ss", unit, "replace"]), true);
  await insistOn(`stop ${unit}`, task);
  await settled(bus, unit, waiting);
  await unlessMissing(callManager(bus, "ResetFailedUnit", ["s", unit]), true);
}

async function settled(
  bus: BusConnection,
  unit: string,
  { clock, signal }: Waiting,
): Promise<LoadedUnit> {
  for (let waitMs = FIRST_POLL_MS; ; waitMs = Math.min(waitMs * 2, MOST_POLL_MS)) {
    const found = await settledUnit(bus, unit);
    if (found !== null) return found;
    await clock.sleep(waitMs, signal);
  }
}

// What is not there is stopped and disabled already.
async function unlessMissing(task: Promise<unknown>, mayBeMissing: boolean): Promise<void> {
  try {
    await task;
  } catch (error) {
    const isMissing = error instanceof BusError && NO_SUCH_UNIT.has(error.errorName);
    if (!isMissing || !mayBeMissing) throw error;
  }
}
