import { isIP } from "node:net";
import { isRecord } from "../../model/json.ts";
import type { PublishedPort } from "../../model/target.ts";
import { field, isList, isText, type UnknownRecord } from "./fields.ts";

const EVERY_ADDRESS: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/** Such as `80/tcp`. */
const CONTAINER_SIDE = /^\d{1,5}\/(?:tcp|udp)$/u;

/** A container that publishes whole ranges is told of in part. */
const LIMIT_PORTS = 1_000;

/**
 * Reads which ports this machine passes on to a container.
 *
 * @param ports - What Docker and podman tell by port, such as `"80/tcp": [{ "HostIp": "0.0.0.0", "HostPort": "8080" }]`.
 * @returns Each once; one that is published at all addresses of both families has none of its own. At most 1,000.
 * @throws {@link ObservationError} When it is not told as it should be.
 */
export function readPublishedPorts(ports: UnknownRecord): readonly PublishedPort[] {
  return readPortBindings(ports).filter(({ host }) => host !== 0);
}

/**
 * Reads which ports this machine is to pass on to a container.
 *
 * @param ports - As for {@link readPublishedPorts}.
 * @returns Each once, those included whose port of this machine the engine chooses: their `host` is 0. At most 1,000.
 * @throws {@link ObservationError} When it is not told as it should be.
 */
export function readPortBindings(ports: UnknownRecord): readonly PublishedPort[] {
  const found = new Map(
    Object.keys(ports)
      .filter((key) => CONTAINER_SIDE.test(key))
      .flatMap((key) => (field(ports, key, isList) ?? []).flatMap((each) => published(key, each)))
      .map((port) => [JSON.stringify(port), port]),
  );
  return [...found.values()].slice(0, LIMIT_PORTS);
}

function published(key: string, binding: unknown): readonly PublishedPort[] {
  const container = Number.parseInt(key, 10);
  const protocol = key.endsWith("udp") ? "udp" : "tcp";
  const { host, address } = hostSide(binding);
  if (!isPort(container) || !(host === 0 || isPort(host))) return [];
  return [{ host, container, protocol, ...(address === null ? {} : { address }) }];
}

function hostSide(binding: unknown): { readonly host: number; readonly address: string | null } {
  if (!isRecord(binding)) return { host: 0, address: null };
  const address = field(binding, "HostIp", isText) ?? "";
  return {
    host: Number(field(binding, "HostPort", isText) ?? ""),
    address: isIP(address) === 0 || EVERY_ADDRESS.has(address) ? null : address,
  };
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}
