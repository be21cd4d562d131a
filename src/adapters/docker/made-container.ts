import { isRecord } from "../../model/json.ts";
import type { PublishedPort } from "../../model/target.ts";
import type {
  ContainerPolicy,
  ImageConfig,
  ListedContainer,
  MadeContainer,
  MountRequest,
} from "../../ports/container-host.ts";
import { ALL_MEMORY_BYTES } from "./container-request.ts";
import { readEnvironment, readInspection } from "./container-state.ts";
import {
  field,
  isList,
  isText,
  isTruth,
  isWhole,
  nested,
  requiredField,
  type UnknownRecord,
} from "./fields.ts";
import { readPortBindings, readPublishedPorts } from "./published-ports.ts";

const NANOCPUS = 1_000_000_000;
/** How engines call a volume that nobody gave a name. */
const NAMELESS = /^[\da-f]{64}$/u;
const BIND = /^(?<source>.+?):(?<target>\/[^:]*)(?::(?<mode>[^:]*))?$/u;
/** Networks that are no networks: podman does not list them. */
const MODES: ReadonlySet<string> = new Set(["host", "none"]);

/**
 * Reads everything of a container that can be compared with what was asked for.
 *
 * @param answer - The answer to `GET /containers/{id}/json`.
 * @returns The container.
 * @throws {@link ObservationError} When it is not such an answer.
 */
export function readContainer(answer: UnknownRecord): MadeContainer {
  const { state } = readInspection(answer);
  const { id, name, image, status, exitCode, isOutOfMemory, error, environment } = state;
  const config = nested(answer, "Config");
  const host = nested(answer, "HostConfig");
  const createdAt = Date.parse(field(answer, "Created", isText) ?? "");
  return {
    ...{ id, name, image, status, exitCode, isOutOfMemory, error, environment },
    imageId: field(answer, "Image", isText),
    createdAt: Number.isNaN(createdAt) ? null : createdAt,
    labels: textsOf(nested(config, "Labels")),
    command: listOfTexts(config, "Cmd"),
    hasEntrypoint: false,
    ports: readPortBindings(nested(host, "PortBindings")),
    mounts: mountsOf(host),
    networks: networksOf(answer, host),
    policy: policyOf(host),
    asGoodAsNone: { memoryBytes: ALL_MEMORY_BYTES, cpus: null },
  };
}

/**
 * Reads a list of containers.
 *
 * @param answer - The answer to `GET /containers/json`.
 * @returns Containers.
 * @throws {@link ObservationError} When it is not such an answer.
 */
export function readContainerList(answer: unknown): readonly ListedContainer[] {
  const entries: readonly unknown[] = isList(answer) ? answer : [];
  return entries.filter(isRecord).map((entry) => ({
    id: requiredField(entry, "Id", isText),
    name: (listOfTexts(entry, "Names")[0] ?? "").replace(/^\//u, ""),
    labels: textsOf(nested(entry, "Labels")),
    ports: isPassedOn(entry)
      ? (field(entry, "Ports", isList) ?? []).filter(isRecord).flatMap(listedPort)
      : [],
  }));
}

/**
 * Reads what an image brings along.
 *
 * @param answer - The answer to `GET /images/{name}/json`.
 * @returns Its configuration.
 * @throws {@link ObservationError} When it is not such an answer.
 */
export function readImageConfig(answer: UnknownRecord): ImageConfig {
  const config = nested(answer, "Config");
  return {
    command: listOfTexts(config, "Cmd"),
    environment: readEnvironment(field(config, "Env", isList) ?? []),
    labels: textsOf(nested(config, "Labels")),
  };
}

/**
 * Keeps what is text.
 *
 * @param record - Anything by name.
 * @returns Texts by name.
 */
export function textsOf(record: UnknownRecord): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) => (isText(value) ? [[key, value]] : [])),
  );
}

function listOfTexts(record: UnknownRecord, key: string): readonly string[] {
  return (field(record, key, isList) ?? []).filter(isText);
}

// Podman also lists the ports of what does not run.
function isPassedOn(entry: UnknownRecord): boolean {
  const state = field(entry, "State", isText) ?? "running";
  return state === "running" || state === "paused";
}

function listedPort(entry: UnknownRecord): readonly PublishedPort[] {
  const container = field(entry, "PrivatePort", isWhole);
  const host = field(entry, "PublicPort", isWhole);
  const protocol = field(entry, "Type", isText);
  if (container === null || host === null) return [];
  const key = `${String(container)}/${protocol === "udp" ? "udp" : "tcp"}`;
  const binding = { HostIp: field(entry, "IP", isText) ?? "", HostPort: String(host) };
  return readPublishedPorts({ [key]: [binding] });
}

// What was asked for stands in `Mounts` with Docker, and in `Binds` with podman.
function mountsOf(host: UnknownRecord): readonly MountRequest[] {
  const asked = (field(host, "Mounts", isList) ?? []).filter(isRecord).flatMap(askedMount);
  const bound = (field(host, "Binds", isList) ?? []).filter(isText).flatMap(boundMount);
  return [...asked, ...bound];
}

function askedMount(mount: UnknownRecord): readonly MountRequest[] {
  const type = field(mount, "Type", isText);
  const source = field(mount, "Source", isText) ?? "";
  const target = field(mount, "Target", isText) ?? "";
  const readOnly = field(mount, "ReadOnly", isTruth) ?? false;
  return type === "bind" || type === "volume" ? [{ type, source, target, readOnly }] : [];
}

function boundMount(bind: string): readonly MountRequest[] {
  const { source = "", target = "", mode = "" } = BIND.exec(bind)?.groups ?? {};
  if (source === "" || NAMELESS.test(source)) return [];
  const type = source.startsWith("/") ? "bind" : "volume";
  return [{ type, source, target, readOnly: mode.split(",").includes("ro") }];
}

function networksOf(answer: UnknownRecord, host: UnknownRecord): readonly string[] {
  const names = Object.keys(nested(nested(answer, "NetworkSettings"), "Networks"));
  const mode = field(host, "NetworkMode", isText) ?? "";
  return names.length === 0 && MODES.has(mode) ? [mode] : names;
}

function policyOf(host: UnknownRecord): ContainerPolicy {
  const memoryBytes = field(host, "Memory", isWhole) ?? 0;
  const nanoCpus = field(host, "NanoCpus", isWhole) ?? 0;
  const restart = field(nested(host, "RestartPolicy"), "Name", isText) ?? "";
  return {
    memoryBytes: memoryBytes > 0 ? memoryBytes : null,
    cpus: nanoCpus > 0 ? nanoCpus / NANOCPUS : null,
    restart: restart === "" ? "no" : restart,
  };
}
