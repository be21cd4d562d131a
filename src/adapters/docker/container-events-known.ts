import { isRecord } from "../../model/json.ts";
import { isList, parseJson } from "./fields.ts";
import type { ContainerAction, ContainerEvent } from "./container-events.ts";

/** What is known of a container, as far as it is compared. */
export interface KnownContainer {
  readonly name: string;
  /** As engines say: `running`, `exited`; what waits to be restarted counts as exited. */
  readonly state: string;
  /** What its own health check says; null when that is not known. */
  readonly health: string | null;
}

/** What is known of the containers of an engine, by their ids. */
export type KnownContainers = ReadonlyMap<string, KnownContainer>;

/** What has changed of a container, and what it may have been called. */
export interface ContainerChange {
  readonly id: string;
  readonly names: readonly string[];
  /** In a few words. */
  readonly reason: string;
}

/** What a container is in after an event. */
const STATE_AFTER: Partial<Readonly<Record<ContainerAction, string>>> = {
  create: "created",
  start: "running",
  die: "exited",
  stop: "exited",
  pause: "paused",
  unpause: "running",
};

/** These are told however well what is known agrees with them: something was started that was not known to have ended. */
const ALWAYS: ReadonlySet<ContainerAction> = new Set([
  "start",
  "die",
  "oom",
  "rename",
  "update",
  "destroy",
]);

const UNKNOWN: KnownContainer = { name: "", state: "", health: null };

const REASONS: Readonly<Record<ContainerAction, string>> = {
  create: "container was created",
  update: "container was changed",
  start: "container was started",
  die: "container exited",
  oom: "container ran out of memory",
  stop: "container was stopped",
  pause: "container was paused",
  unpause: "container goes on",
  rename: "container was renamed",
  destroy: "container was removed",
  health_status: "health of container changed",
};

const HEALTHS: ReadonlySet<string> = new Set(["healthy", "unhealthy", "starting"]);

/** What an engine told of its containers, kept to see what was missed while nobody listened. */
export class ContainerBook {
  #known = new Map<string, KnownContainer>();
  #hasListed = false;
  readonly #touched = new Set<string>();

  /**
   * Takes an event in.
   *
   * @param event - What happened.
   * @returns What has changed; null when that was known, as the stop of what has exited.
   */
  take(event: ContainerEvent): ContainerChange | null {
    const { action, id, oldName } = event;
    const before = this.#known.get(id);
    const after = afterEvent(event, before ?? UNKNOWN);
    if (action === "destroy") this.#known.delete(id);
    else this.#known.set(id, after);
    this.#touched.add(id);
    if (!ALWAYS.has(action) && before !== undefined && !isOther(before, after)) return null;
    const names = new Set([after.name, oldName ?? "", before?.name ?? ""]);
    names.delete("");
    return { id, names: [...names], reason: reasonOf(event) };
  }

  /** A listing is asked for. What an event tells from now on is newer than what is listed. */
  beginListing(): void {
    this.#touched.clear();
  }

  /**
   * Compares what is known with what there is, and knows that from now on.
   *
   * @param listed - All containers.
   * @returns What has changed; nothing for the first time.
   */
  compare(listed: KnownContainers): readonly ContainerChange[] {
    const before = this.#known;
    this.#known = new Map(listed);
    for (const id of this.#touched) {
      const newer = before.get(id);
      if (newer === undefined) this.#known.delete(id);
      else this.#known.set(id, newer);
    }
    const isFirst = !this.#hasListed;
    this.#hasListed = true;
    if (isFirst) return [];
    return changesBetween(before, this.#known);
  }
}

/**
 * Reads the listing of an engine.
 *
 * @param text - What it answered.
 * @returns Containers by id; what makes no sense is left out.
 * @throws {@link ObservationError} When it is no JSON.
 */
export function parseListing(text: string): KnownContainers {
  const known = new Map<string, KnownContainer>();
  const list = parseJson(text);
  for (const entry of isList(list) ? list : []) {
    if (!isRecord(entry)) continue;
    const { Id: id, Names: names, State: state, Status: status } = entry;
    if (typeof id !== "string" || typeof state !== "string") continue;
    known.set(id, { name: ownName(names), state: stateOf(state), health: healthOf(status) });
  }
  return known;
}

function changesBetween(before: KnownContainers, now: KnownContainers): ContainerChange[] {
  const gone = [...before]
    .filter(([id]) => !now.has(id))
    .map(([id, { name }]) => ({ id, names: [name], reason: REASONS.destroy }));
  const others = [...now].flatMap(([id, after]) => {
    const known = before.get(id);
    if (known !== undefined && !isOther(known, after)) return [];
    const names = new Set([after.name, known?.name ?? after.name]);
    return [{ id, names: [...names], reason: `container is ${after.state}` }];
  });
  return [...gone, ...others];
}

function afterEvent(event: ContainerEvent, before: KnownContainer): KnownContainer {
  const { action, name } = event;
  return {
    name: name === "" ? before.name : name,
    state: STATE_AFTER[action] ?? before.state,
    // With its start, what was found of its health before is void.
    health: action === "start" ? null : (event.health ?? before.health),
  };
}

function isOther(before: KnownContainer, after: KnownContainer): boolean {
  const isHealthKnown = before.health !== null && after.health !== null;
  return (
    before.name !== after.name ||
    before.state !== after.state ||
    (isHealthKnown && before.health !== after.health)
  );
}

function reasonOf({ action, exitCode, health }: ContainerEvent): string {
  if (action === "die" && exitCode !== null) return `container exited with ${String(exitCode)}`;
  if (action === "health_status" && health !== null && HEALTHS.has(health)) {
    return `container is ${health}`;
  }
  return REASONS[action];
}

// Beside its own name, one may have names within those that link to it: `/other/alias`.
function ownName(names: unknown): string {
  const texts = isList(names) ? names.filter((name) => typeof name === "string") : [];
  const own = texts.map((name) => name.replace(/^\//u, ""));
  return own.find((name) => !name.includes("/")) ?? "";
}

function stateOf(state: string): string {
  const word = state.toLowerCase();
  return word === "restarting" ? "exited" : (/^[a-z]{1,20}$/u.exec(word)?.[0] ?? "unknown");
}

function healthOf(status: unknown): string | null {
  if (typeof status !== "string") return null;
  const word = /\((?:health: )?(?<health>healthy|unhealthy|starting)\)$/u.exec(status);
  return word?.groups?.["health"] ?? null;
}
