import type { ContainerResourceValues } from "../../model/container-fields.ts";
import type { Difference, Progress } from "../../model/lifecycle.ts";
import type { ContainerPolicy, ImageConfig, MadeContainer } from "../../ports/container-host.ts";
import type { PublishedPort } from "../../model/target.ts";
import type { MountRequest } from "../../ports/container-host.ts";

/** How a container should be, with its secrets. */
export interface WantedContainer {
  readonly name: string;
  readonly parameters: ContainerResourceValues;
  readonly mounts: readonly MountRequest[];
  readonly policy: ContainerPolicy;
  /** Variables with their values; null for one whose secret is not to be had. */
  readonly environment: Readonly<Record<string, string | null>>;
  /** The names of those that are secret. */
  readonly secretNames: ReadonlySet<string>;
}

/** What is known besides the container itself. */
export interface Surroundings {
  /** What its image brings along; null when that is not known, or somebody else made the container. */
  readonly image: ImageConfig | null;
  readonly defaultNetworks: ReadonlySet<string>;
}

const PROGRESS = {
  running: "running",
  restarting: "starting",
  paused: "stopped",
  removing: "stopped",
  dead: "failed",
} as const;
const HIDDEN = "***";
const BYTES_PER_MIB = 1_048_576;
/** What engines set themselves. */
const SET_BY_ENGINES: ReadonlySet<string> = new Set([
  "PATH",
  "HOME",
  "HOSTNAME",
  "TERM",
  "container",
]);
const LABELS_OF_ENGINES =
  /^(?:clockwork|com\.docker|org\.opencontainers|io\.podman|io\.buildah|io\.container)\./u;
const LATEST = ":latest";

/**
 * Compares a container with how it should be.
 *
 * @param container - How it is.
 * @param wanted - How it should be.
 * @param surroundings - What its image brings along, and how its engine calls its own network.
 * @returns What differs. Values of variables that are there are never shown: one may have been a secret.
 */
export function containerDifferences(
  container: MadeContainer,
  wanted: WantedContainer,
  surroundings: Surroundings,
): readonly Difference[] {
  const { parameters } = wanted;
  const isSameImage = plainImage(container.image) === plainImage(parameters.image);
  return [
    ...text("image", isSameImage ? parameters.image : container.image, parameters.image),
    ...text("containerName", container.name, wanted.name),
    ...commandDifferences(container, wanted, surroundings),
    ...list("ports", portsOf(container.ports, parameters.ports), parameters.ports.map(shownPort)),
    ...list("volumes", container.mounts.map(shownMount), wanted.mounts.map(shownMount)),
    ...networkDifferences(container, wanted, surroundings),
    ...environmentDifferences(container, wanted, surroundings),
    ...labelDifferences(container, wanted, surroundings),
    ...policyDifferences(container, wanted.policy),
    ...runningDifferences(container),
  ];
}

/**
 * Tells how far a container has come.
 *
 * @param container - The container.
 * @returns `completed` for one that ended with success and is not to run again.
 */
export function progressOf(container: MadeContainer): Progress {
  const { status, exitCode, error } = container;
  if (isCompleted(container)) return "completed";
  if (status === "exited") return exitCode === 0 || exitCode === null ? "stopped" : "failed";
  if (status === "created") return error === null ? "stopped" : "failed";
  return PROGRESS[status];
}

/**
 * Says what a container does, in words.
 *
 * @param container - The container.
 * @returns Such as `running`, `exited with 137, out of memory`.
 */
export function shownProgress({ status, exitCode, isOutOfMemory }: MadeContainer): string {
  const ended =
    status === "exited" && exitCode !== null ? `exited with ${String(exitCode)}` : status;
  return isOutOfMemory ? `${ended}, out of memory` : ended;
}

/**
 * Tells whether a container runs, or may go on at any moment.
 *
 * @param container - The container.
 * @returns True when it holds its ports, or will.
 */
export function isActive({ status }: MadeContainer): boolean {
  return status === "running" || status === "paused" || status === "restarting";
}

// A policy that starts it again whatever happens says that it was stopped from outside.
function isCompleted({ status, exitCode, policy }: MadeContainer): boolean {
  const mayEnd = policy.restart === "no" || policy.restart === "on-failure";
  return status === "exited" && exitCode === 0 && mayEnd;
}

function runningDifferences(container: MadeContainer): readonly Difference[] {
  const { status } = container;
  const isFine = status === "running" || status === "restarting" || isCompleted(container);
  return isFine ? [] : text("running", shownProgress(container), "running");
}

function commandDifferences(
  { command, hasEntrypoint }: MadeContainer,
  { parameters }: WantedContainer,
  { image }: Surroundings,
): readonly Difference[] {
  const wanted = parameters.command ?? image?.command ?? null;
  if (wanted === null) return [];
  const live = hasEntrypoint ? command.slice(Math.max(0, command.length - wanted.length)) : command;
  return isSameList(live, wanted) ? [] : text("command", words(command), words(wanted));
}

function networkDifferences(
  { networks }: MadeContainer,
  { parameters }: WantedContainer,
  { defaultNetworks }: Surroundings,
): readonly Difference[] {
  if (parameters.networks.length > 0) {
    // Engines know their own network by more than one name, too.
    const own = parameters.networks.find((name) => defaultNetworks.has(name));
    const live = networks.map((name) => (defaultNetworks.has(name) ? (own ?? name) : name));
    return list("networks", live, parameters.networks);
  }
  const others = networks.filter((name) => !defaultNetworks.has(name));
  return list("networks", others, []);
}

function environmentDifferences(
  { environment }: MadeContainer,
  wanted: WantedContainer,
  { image }: Surroundings,
): readonly Difference[] {
  const declared = Object.entries(wanted.environment).flatMap(([name, value]) => {
    const live = valueOf(environment, name);
    // A secret that is not to be had says nothing about what is there.
    if (value === null || live === value) return [];
    const shown = wanted.secretNames.has(name) ? HIDDEN : value;
    return [{ field: `envVars.${name}`, live: live === null ? null : HIDDEN, wanted: shown }];
  });
  return [...declared, ...undeclaredVariables(environment, wanted, image)];
}

// What was declared once and is no more: nobody else sets variables of a container that we made.
function undeclaredVariables(
  environment: Readonly<Record<string, string>>,
  wanted: WantedContainer,
  image: ImageConfig | null,
): readonly Difference[] {
  if (image === null) return [];
  return Object.entries(environment).flatMap(([name, live]) => {
    const isDeclared = Object.hasOwn(wanted.environment, name) || SET_BY_ENGINES.has(name);
    const own = valueOf(image.environment, name);
    if (isDeclared || own === live) return [];
    return [{ field: `envVars.${name}`, live: HIDDEN, wanted: own }];
  });
}

function labelDifferences(
  { labels }: MadeContainer,
  { parameters }: WantedContainer,
  { image }: Surroundings,
): readonly Difference[] {
  const declared = Object.entries(parameters.labels).flatMap(([name, value]) =>
    text(`labels.${name}`, valueOf(labels, name), value),
  );
  if (image === null) return declared;
  const others = Object.entries(labels).flatMap(([name, live]) => {
    if (Object.hasOwn(parameters.labels, name) || LABELS_OF_ENGINES.test(name)) return [];
    return text(`labels.${name}`, live, valueOf(image.labels, name));
  });
  return [...declared, ...others];
}

function policyDifferences(
  { policy, asGoodAsNone }: MadeContainer,
  wanted: ContainerPolicy,
): readonly Difference[] {
  const memory = limitOf("memoryBytes", { policy, asGoodAsNone }, wanted);
  const cpus = limitOf("cpus", { policy, asGoodAsNone }, wanted);
  return [
    ...text("limits.memoryMb", shownMib(memory), shownMib(wanted.memoryBytes)),
    ...text("limits.cpus", shownNumber(cpus), shownNumber(wanted.cpus)),
    ...text("restartPolicy", policy.restart, wanted.restart),
  ];
}

function limitOf(
  name: "memoryBytes" | "cpus",
  { policy, asGoodAsNone }: Pick<MadeContainer, "policy" | "asGoodAsNone">,
  wanted: ContainerPolicy,
): number | null {
  const isNone = wanted[name] === null && policy[name] === asGoodAsNone[name];
  return isNone ? null : policy[name];
}

/**
 * Writes the name of an image as it is compared: engines know more than one name for the same one.
 *
 * @param image - As it was asked for.
 * @returns Without Docker's own registry, and with a tag.
 */
export function plainImage(image: string): string {
  const name = image.replace(/^(?:docker\.io|localhost)\/(?:library\/)?/u, "");
  const isTagged = name.includes("@") || name.lastIndexOf(":") > name.lastIndexOf("/");
  return isTagged ? name : `${name}${LATEST}`;
}

// Where the engine chooses, whatever it has chosen is right.
function portsOf(
  live: readonly PublishedPort[],
  wanted: readonly PublishedPort[],
): readonly string[] {
  const chosen = wanted.filter(({ host }) => host === 0).map(shownPort);
  return live.map((port) => {
    const index = chosen.indexOf(shownPort({ ...port, host: 0 }));
    const isFixed = wanted.some((each) => each.host !== 0 && shownPort(each) === shownPort(port));
    if (index === -1 || isFixed) return shownPort(port);
    return chosen.splice(index, 1)[0] ?? "";
  });
}

function shownPort({ host, container, protocol, address }: PublishedPort): string {
  const [side, at] = [host === 0 ? "" : String(host), address ?? ""];
  const here = at === "" || at === "0.0.0.0" || at === "::" ? "" : `${at}:`;
  const from = side === "" && here === "" ? "" : `${here}${side}:`;
  return `${from}${String(container)}${protocol === "udp" ? "/udp" : ""}`;
}

function shownMount({ source, target, readOnly }: MountRequest): string {
  const place = target.length > 1 ? target.replace(/\/+$/u, "") : target;
  return `${source}:${place}${readOnly ? ":ro" : ""}`;
}

function shownMib(bytes: number | null): string | null {
  return shownNumber(bytes === null ? null : bytes / BYTES_PER_MIB);
}

function shownNumber(value: number | null): string | null {
  return value === null ? null : String(value);
}

function text(field: string, live: string | null, wanted: string | null): readonly Difference[] {
  return live === wanted ? [] : [{ field, live, wanted }];
}

function list(
  field: string,
  live: readonly string[],
  wanted: readonly string[],
): readonly Difference[] {
  const [is, should] = [live.toSorted(), wanted.toSorted()];
  return isSameList(is, should) ? [] : text(field, joined(is), joined(should));
}

function joined(entries: readonly string[]): string | null {
  return entries.length === 0 ? null : entries.join(", ");
}

function words(command: readonly string[]): string | null {
  return command.length === 0 ? null : command.join(" ");
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((entry, index) => entry === other[index]);
}

function valueOf(record: Readonly<Record<string, string>>, name: string): string | null {
  return Object.hasOwn(record, name) ? (record[name] ?? null) : null;
}
