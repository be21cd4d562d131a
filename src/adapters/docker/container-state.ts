import { isIP } from "node:net";
import { ObservationError } from "../../model/errors.ts";
import { isRecord } from "../../model/json.ts";
import type { ContainerState } from "../../ports/containers.ts";
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
import { readPublishedPorts } from "./published-ports.ts";

/** What an inspection tells, beyond what a port hands out. */
export interface Inspected {
  /** With its pid as the engine counts, which may be another machine. */
  readonly state: ContainerState;
  /** True when both its outputs go to one terminal. */
  readonly hasTerminal: boolean;
  /** Null without a limit of its own. */
  readonly memoryLimitBytes: number | null;
  /** Addresses by the name of the network; the network that it was started in comes first. */
  readonly networks: ReadonlyMap<string, readonly string[]>;
}

type Status = ContainerState["status"];
type Health = ContainerState["health"];

/** Docker's words, and those of podman that differ. */
const STATUSES = new Map<string, Status>([
  ["created", "created"],
  ["running", "running"],
  ["paused", "paused"],
  ["restarting", "restarting"],
  ["removing", "removing"],
  ["exited", "exited"],
  ["dead", "dead"],
  ["configured", "created"],
  ["initialized", "created"],
  ["stopping", "running"],
  ["stopped", "exited"],
]);

/** Podman has no word for none, and one for the check of a container that has ended. */
const HEALTHS = new Map<string, Health>([
  ["none", "none"],
  ["starting", "starting"],
  ["healthy", "healthy"],
  ["unhealthy", "unhealthy"],
  ["", "none"],
  ["stopped", "none"],
]);

const HEALTH_OUTPUT_LIMIT_CHARACTERS = 1_024;
const ERROR_LIMIT_CHARACTERS = 1_024;
/** What an engine writes for a time that has not come. */
const NEVER = "0001-01-01T00:00:00Z";
const RUNNING: ReadonlySet<Status> = new Set(["running", "paused"]);

/**
 * Reads what Docker and podman tell of a container.
 *
 * @param answer - The answer to `GET /containers/{id}/json`.
 * @returns What it tells.
 * @throws {@link ObservationError} When it is not such an answer.
 */
export function readInspection(answer: UnknownRecord): Inspected {
  const config = nested(answer, "Config");
  const host = nested(answer, "HostConfig");
  const networks = networksOf(answer, field(host, "NetworkMode", isText) ?? "");
  const memoryLimitBytes = field(host, "Memory", isWhole) ?? 0;
  return {
    state: {
      id: requiredField(answer, "Id", isText),
      name: requiredField(answer, "Name", isText).replace(/^\//u, ""),
      image: field(config, "Image", isText) ?? "",
      ...progressOf(requiredField(answer, "State", isRecord)),
      environment: readEnvironment(field(config, "Env", isList) ?? []),
      addresses: [...networks.values()].flat(),
      ports: readPublishedPorts(nested(nested(answer, "NetworkSettings"), "Ports")),
    },
    hasTerminal: field(config, "Tty", isTruth) ?? false,
    memoryLimitBytes: memoryLimitBytes > 0 ? memoryLimitBytes : null,
    networks,
  };
}

/**
 * Reads an environment.
 *
 * @param list - Texts such as `PATH=/bin`; what has no `=` is not set, and says nothing.
 * @returns Values by name.
 */
export function readEnvironment(list: readonly unknown[]): Readonly<Record<string, string>> {
  const pairs = list.filter(isText).flatMap((entry) => {
    const equals = entry.indexOf("=");
    return equals > 0 ? [[entry.slice(0, equals), entry.slice(equals + 1)] as const] : [];
  });
  return Object.fromEntries(pairs);
}

type Progress = Pick<
  ContainerState,
  "status" | "health" | "healthOutput" | "exitCode" | "isOutOfMemory" | "error" | "pid"
>;

function progressOf(state: UnknownRecord): Progress {
  const status = known(STATUSES, requiredField(state, "Status", isText), "status");
  const health = nested(state, "Health");
  const error = field(state, "Error", isText) ?? "";
  const pid = field(state, "Pid", isWhole) ?? 0;
  return {
    status,
    health: known(HEALTHS, field(health, "Status", isText) ?? "", "health"),
    healthOutput: lastHealthOutput(field(health, "Log", isList) ?? []),
    exitCode: exitCodeOf(state, status),
    isOutOfMemory: field(state, "OOMKilled", isTruth) ?? false,
    error: error === "" ? null : error.slice(0, ERROR_LIMIT_CHARACTERS),
    pid: RUNNING.has(status) && pid > 0 ? pid : null,
  };
}

// Docker keeps 0 for what never ran, and the last code for what runs again.
function exitCodeOf(state: UnknownRecord, status: Status): number | null {
  const hasRun = (field(state, "StartedAt", isText) ?? NEVER) !== NEVER;
  return RUNNING.has(status) || !hasRun ? null : field(state, "ExitCode", isWhole);
}

function lastHealthOutput(log: readonly unknown[]): string | null {
  const last = log.at(-1);
  if (!isRecord(last)) return null;
  return (field(last, "Output", isText) ?? "").slice(0, HEALTH_OUTPUT_LIMIT_CHARACTERS);
}

function networksOf(answer: UnknownRecord, mode: string): Map<string, readonly string[]> {
  const found = Object.entries(nested(nested(answer, "NetworkSettings"), "Networks"));
  const first = mode === "default" ? "bridge" : mode;
  const rank = (name: string): number => (name === first ? 0 : 1);
  return new Map(
    found
      .sort(([a], [b]) => rank(a) - rank(b))
      .map(([name, network]) => [name, isRecord(network) ? addressesOf(network) : []]),
  );
}

function addressesOf(network: UnknownRecord): string[] {
  return ["IPAddress", "GlobalIPv6Address"]
    .map((key) => field(network, key, isText) ?? "")
    .filter((address) => isIP(address) !== 0);
}

function known<T>(words: ReadonlyMap<string, T>, word: string, what: string): T {
  const value = words.get(word);
  if (value !== undefined) return value;
  throw new ObservationError(
    `the container engine tells of an unknown ${what}: ${word.slice(0, 80)}`,
  );
}
