import { isRecord } from "../../model/json.ts";
import { canonicalAddress } from "../../model/ip-address.ts";
import type { PublishedPort } from "../../model/target.ts";
import type { ContainerRequest, MadeContainer, MountRequest } from "../../ports/container-host.ts";
import { readAppleInspection } from "./apple-engine.ts";
import { field, isAmount, isList, isText, isWhole, nested, type UnknownRecord } from "./fields.ts";
import { textsOf } from "./made-container.ts";

/** What a container may use where nobody says otherwise. */
const DEFAULTS = { cpus: 4, memoryBytes: 1_073_741_824 };
const BYTES_PER_MIB = 1_048_576;
const PORT_LIMIT = 1_000;
/** Variables that the program itself needs: they cannot be handed to it under their own name. */
const OF_PROGRAMS: ReadonlySet<string> = new Set([
  "PATH",
  "HOME",
  "LANG",
  "LC_ALL",
  "TZ",
  "TMPDIR",
  "USER",
]);

/**
 * Reads everything of a container of Apple's engine that can be compared with what was asked for.
 *
 * @param answer - One entry of what `container inspect` and `container ls` print.
 * @returns The container.
 * @throws {@link ObservationError} When it is not such an entry.
 */
export function readAppleContainer(answer: UnknownRecord): MadeContainer {
  const { state, networks } = readAppleInspection(answer);
  const { id, name, image, status, exitCode, isOutOfMemory, error, environment } = state;
  const config = nested(answer, "configuration");
  const process = nested(config, "initProcess");
  const resources = nested(config, "resources");
  const words = [field(process, "executable", isText), ...listOf(process, "arguments")];
  return {
    ...{ id, name, image, status, exitCode, isOutOfMemory, error, environment },
    imageId: null,
    createdAt: null,
    labels: textsOf(nested(config, "labels")),
    command: words.filter(isText),
    hasEntrypoint: true,
    ports: listOf(config, "publishedPorts").filter(isRecord).flatMap(portsOf).slice(0, PORT_LIMIT),
    mounts: listOf(config, "mounts").filter(isRecord).flatMap(mountOf),
    networks: networks.size > 0 ? [...networks.keys()] : networksOf(config),
    policy: {
      memoryBytes: field(resources, "memoryInBytes", isAmount),
      cpus: field(resources, "cpus", isAmount),
      restart: "no",
    },
    asGoodAsNone: DEFAULTS,
  };
}

/**
 * Writes what is asked of a container as a command.
 *
 * @param request - The container.
 * @returns The arguments of `container`, and the environment that variables are taken from: whoever lists processes sees none
 *   of their values.
 */
export function creationCommand(request: ContainerRequest): {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  const { name, image, command, environment, labels, ports, mounts, networks, policy } = request;
  const handedOn = Object.entries(environment).filter(([key]) => !OF_PROGRAMS.has(key));
  const said = Object.entries(environment).filter(([key]) => OF_PROGRAMS.has(key));
  const { memoryBytes, cpus } = policy;
  const args = [
    ...["create", "--name", name],
    ...Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
    ...handedOn.flatMap(([key]) => ["--env", key]),
    ...said.flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    ...ports.flatMap((port) => ["--publish", shownPort(port)]),
    ...mounts.flatMap(({ source, target, readOnly }) => [
      "--volume",
      `${source}:${target}${readOnly ? ":ro" : ""}`,
    ]),
    ...networks.flatMap((network) => ["--network", network]),
    ...(memoryBytes === null ? [] : ["--memory", `${String(memoryBytes / BYTES_PER_MIB)}M`]),
    ...(cpus === null ? [] : ["--cpus", String(cpus)]),
    ...[image, ...(command ?? [])],
  ];
  return { args, env: Object.fromEntries(handedOn) };
}

function shownPort({ host, container, protocol, address = "" }: PublishedPort): string {
  const at = address.includes(":") ? `[${address}]` : address;
  const here = at === "" ? "" : `${at}:`;
  return `${here}${String(host)}:${String(container)}/${protocol}`;
}

function listOf(record: UnknownRecord, key: string): readonly unknown[] {
  return field(record, key, isList) ?? [];
}

// A range is one entry.
function portsOf(entry: UnknownRecord): readonly PublishedPort[] {
  const host = field(entry, "hostPort", isWhole);
  const container = field(entry, "containerPort", isWhole);
  const address = canonicalAddress(field(entry, "hostAddress", isText) ?? "");
  const protocol = field(entry, "proto", isText) === "udp" ? "udp" : "tcp";
  if (host === null || container === null) return [];
  const length = Math.max(1, Math.min(field(entry, "count", isWhole) ?? 1, PORT_LIMIT));
  return Array.from({ length }, (_, index) => ({
    host: host + index,
    container: container + index,
    protocol,
    ...(address === null || address === "0.0.0.0" || address === "::" ? {} : { address }),
  }));
}

function mountOf(entry: UnknownRecord): readonly MountRequest[] {
  const volume = field(nested(nested(entry, "type"), "volume"), "name", isText);
  const source = volume ?? field(entry, "source", isText) ?? "";
  const target = field(entry, "destination", isText) ?? "";
  const readOnly = listOf(entry, "options").includes("ro");
  if (source === "" || Object.hasOwn(nested(entry, "type"), "tmpfs")) return [];
  return [{ type: volume === null ? "bind" : "volume", source, target, readOnly }];
}

// While it does not run it has no address; later versions tell what it was asked for.
function networksOf(config: UnknownRecord): readonly string[] {
  return listOf(config, "networks").flatMap((entry) => {
    const name = isRecord(entry) ? field(entry, "network", isText) : entry;
    return isText(name) ? [name] : [];
  });
}
