import type { FoundUnit } from "../../ports/systemd-control.ts";
import { BusError, type BusConnection } from "./bus-connection.ts";
import { callManager } from "./manager.ts";
import { loadedPath, propertiesOf, textOf } from "./unit-info.ts";
import { isList, isVariant, type WireValue } from "./wire.ts";

type Properties = ReadonlyMap<string, WireValue>;

/** What systemd itself knows of a unit. */
export type LoadedUnit = Omit<FoundUnit, "path" | "file">;

const NOT_FOUND: LoadedUnit = {
  loadState: "not-found",
  activeState: "inactive",
  subState: "dead",
  result: "",
  fragmentPath: "",
  serviceType: "",
  enablement: "",
  isStale: false,
  hasRun: false,
  exitStatus: null,
};

/**
 * Asks systemd all that has to be known of a service before it is changed.
 *
 * @param bus - A connection to systemd.
 * @param unit - Its name.
 * @returns What systemd tells.
 * @throws {@link BusError} When systemd refuses.
 * @throws {@link ObservationError} When its answers make no sense.
 */
export async function lookAtUnit(bus: BusConnection, unit: string): Promise<LoadedUnit> {
  const path = await loadedPath(bus, unit);
  if (path === null) return NOT_FOUND;
  const properties = await propertiesOf(bus, path);
  const service = await propertiesOf(bus, path, "Service");
  return {
    loadState: textOf(properties, "LoadState"),
    activeState: textOf(properties, "ActiveState"),
    subState: textOf(properties, "SubState"),
    result: textOf(service, "Result"),
    fragmentPath: textOf(properties, "FragmentPath"),
    serviceType: textOf(service, "Type"),
    enablement: await enablementOf(bus, unit),
    isStale: valueOf(properties, "NeedDaemonReload") === true,
    hasRun: isAfterZero(valueOf(properties, "InactiveExitTimestamp")),
    exitStatus: exitStatusOf(service),
  };
}

/**
 * Tells whether systemd still has something to do with a unit.
 *
 * @param bus - A connection to systemd.
 * @param unit - Its name.
 * @returns How it is when nothing is left to be done; null before that.
 * @throws {@link BusError} When systemd refuses.
 */
export async function settledUnit(bus: BusConnection, unit: string): Promise<LoadedUnit | null> {
  const path = await loadedPath(bus, unit);
  if (path === null) return NOT_FOUND;
  const job = valueOf(await propertiesOf(bus, path), "Job");
  const [id] = isList(job) ? job : [];
  return id === undefined || id === 0 ? await lookAtUnit(bus, unit) : null;
}

// Read from the disk, not from what was loaded.
async function enablementOf(bus: BusConnection, unit: string): Promise<string> {
  try {
    const [state] = await callManager(bus, "GetUnitFileState", ["s", unit]);
    return typeof state === "string" ? state : "";
  } catch (error) {
    if (error instanceof BusError) return "";
    throw error;
  }
}

function exitStatusOf(service: Properties): number | null {
  const status = valueOf(service, "ExecMainStatus");
  return isAfterZero(valueOf(service, "ExecMainExitTimestamp")) && typeof status === "number"
    ? status
    : null;
}

function isAfterZero(value: WireValue | undefined): boolean {
  return typeof value === "bigint" && value > 0n;
}

function valueOf(properties: Properties, name: string): WireValue | undefined {
  const variant = properties.get(name);
  return isVariant(variant) ? variant.value : undefined;
}
