import { ObservationError } from "../../model/errors.ts";
import type { UnitInfo } from "../../ports/systemd.ts";
import { BusError, type BusConnection } from "./bus-connection.ts";
import { isList, isVariant, type WireValue } from "./wire.ts";

const SYSTEMD = "org.freedesktop.systemd1";
const UNKNOWN_NAMES: ReadonlySet<string> = new Set([
  "org.freedesktop.DBus.Error.UnknownInterface",
  "org.freedesktop.DBus.Error.UnknownProperty",
  "org.freedesktop.DBus.Error.InvalidArgs",
]);

/** The kinds of units that tell why they ended, by suffix. */
const INTERFACES: ReadonlyMap<string, string> = new Map([
  ["service", "Service"],
  ["socket", "Socket"],
  ["timer", "Timer"],
  ["mount", "Mount"],
  ["automount", "Automount"],
  ["swap", "Swap"],
  ["path", "Path"],
  ["scope", "Scope"],
]);

const NOT_FOUND: UnitInfo = {
  loadState: "not-found",
  activeState: "inactive",
  subState: "dead",
  result: "",
};

/**
 * Asks systemd about a unit, without starting it.
 *
 * @param bus - A connection to systemd.
 * @param unit - Its name.
 * @returns What systemd tells. `result` is empty for a kind that has none, such as a target.
 * @throws {@link BusError} When systemd refuses.
 * @throws {@link ObservationError} When its answers make no sense.
 */
export async function unitInfo(bus: BusConnection, unit: string): Promise<UnitInfo> {
  const path = await loadedPath(bus, unit);
  if (path === null) return NOT_FOUND;
  const [properties, result] = await Promise.all([
    propertiesOf(bus, path),
    resultOf(bus, path, unit),
  ]);
  return {
    loadState: textOf(properties, "LoadState"),
    activeState: textOf(properties, "ActiveState"),
    subState: textOf(properties, "SubState"),
    result,
  };
}

/**
 * Finds the object of a unit. Of units that are not in memory, GetUnit knows nothing, though they exist; this reads them in.
 *
 * @param bus - A connection to systemd.
 * @param unit - Its name.
 * @returns A path on the bus; null when there is no such unit.
 * @throws {@link BusError} When systemd refuses.
 */
export async function loadedPath(bus: BusConnection, unit: string): Promise<string | null> {
  try {
    const [path] = await bus.call({
      destination: SYSTEMD,
      path: "/org/freedesktop/systemd1",
      interface: `${SYSTEMD}.Manager`,
      member: "LoadUnit",
      signature: "s",
      body: [unit],
    });
    if (typeof path === "string" && path.startsWith("/")) return path;
    throw new ObservationError("systemd did not give the path of a unit");
  } catch (error) {
    if (error instanceof BusError && error.errorName === `${SYSTEMD}.NoSuchUnit`) return null;
    throw error;
  }
}

/**
 * Reads all properties of a unit.
 *
 * @param bus - A connection to systemd.
 * @param path - Of its object.
 * @param kind - The interface, such as `Service`; `Unit` by default.
 * @returns Values with their types, by name.
 * @throws {@link BusError} When systemd refuses.
 */
export async function propertiesOf(
  bus: BusConnection,
  path: string,
  kind = "Unit",
): Promise<ReadonlyMap<string, WireValue>> {
  const [dictionary] = await bus.call({
    destination: SYSTEMD,
    path,
    interface: "org.freedesktop.DBus.Properties",
    member: "GetAll",
    signature: "s",
    body: [`${SYSTEMD}.${kind}`],
  });
  const properties = new Map<string, WireValue>();
  for (const entry of listOf(dictionary)) {
    const [name, variant] = listOf(entry);
    if (typeof name === "string" && variant !== undefined) properties.set(name, variant);
  }
  return properties;
}

async function resultOf(bus: BusConnection, path: string, unit: string): Promise<string> {
  const kind = INTERFACES.get(unit.slice(unit.lastIndexOf(".") + 1));
  if (kind === undefined) return "";
  try {
    const [variant] = await bus.call({
      destination: SYSTEMD,
      path,
      interface: "org.freedesktop.DBus.Properties",
      member: "Get",
      signature: "ss",
      body: [`${SYSTEMD}.${kind}`, "Result"],
    });
    return textOf(new Map(variant === undefined ? [] : [["Result", variant]]), "Result");
  } catch (error) {
    if (error instanceof BusError && UNKNOWN_NAMES.has(error.errorName)) return "";
    throw error;
  }
}

/**
 * Reads a property that is text.
 *
 * @param properties - Of a unit.
 * @param name - Which one.
 * @returns The text.
 * @throws {@link ObservationError} When it is not there.
 */
export function textOf(properties: ReadonlyMap<string, WireValue>, name: string): string {
  const variant = properties.get(name);
  if (isVariant(variant) && typeof variant.value === "string") return variant.value;
  throw new ObservationError(`systemd did not tell the ${name} of a unit`);
}

function listOf(value: WireValue | undefined): readonly WireValue[] {
  if (isList(value)) return value;
  throw new ObservationError("systemd did not list the properties of a unit");
}
