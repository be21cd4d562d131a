import type { Hold, Incident, Message, MessageKind, RepairAttempt } from "../../model/incident.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { WatchState } from "../../model/watch-state.ts";
import type { WatchChange } from "../../ports/watch-store.ts";

/** What a simulation tells of what is wrong: nothing where all is right. */
export type Complaint = (resource: string, problem: string) => void;

/** What was stored, as far as the laws of watching speak of it. Each commit is held to those that concern it alone. */
export class Ledger {
  readonly states = new Map<string, WatchState>();
  readonly incidents = new Map<number, Incident>();
  readonly openAttempts = new Map<number, RepairAttempt>();
  readonly holds = new Map<number, Hold>();
  readonly told = new Map<number, readonly MessageKind[]>();
  readonly #openOf = new Map<string, Set<number>>();
  readonly #complain: Complaint;
  #lastEvent = 0;
  #lastMessage = 0;
  #lastIncident = 0;
  messages = 0;
  attempts = 0;

  /**
   * Begins empty.
   *
   * @param complain - Hears of what is wrong.
   */
  constructor(complain: Complaint) {
    this.#complain = complain;
  }

  /**
   * Enters one commit.
   *
   * @param changes - All of it; what watching has nothing to do with is passed over.
   */
  commit(changes: readonly WatchChange[]): void {
    const before = new Map<number, Incident | undefined>();
    for (const change of changes) {
      if (change.type === "put-incident") {
        const { id } = change.incident;
        if (!before.has(id)) before.set(id, this.incidents.get(id));
      }
      this.#enter(change);
    }
    for (const change of changes) {
      if (change.type === "put-message") this.#checkMessage(change.message);
      if (change.type === "put-watch") this.#checkState(change.state);
    }
    for (const [id, was] of before) this.#checkTold(id, was, changes);
  }

  /**
   * Enters states that were recorded outside of commits.
   *
   * @param states - The states.
   */
  record(states: readonly WatchState[]): void {
    for (const state of states) {
      this.states.set(state.resource, state);
      this.#checkState(state);
    }
  }

  /**
   * Finds the open incidents of a resource.
   *
   * @param resource - Its name.
   * @returns Incidents.
   */
  openOf(resource: string): readonly Incident[] {
    return [...(this.#openOf.get(resource) ?? [])].flatMap((id) => this.incidents.get(id) ?? []);
  }

  /**
   * Finds what keeps a resource from being repaired, or told of.
   *
   * @param resource - Its name.
   * @param kinds - Which of them count.
   * @param now - Milliseconds since 1970-01-01 UTC.
   * @returns The holds that are in force.
   */
  holdsOn(resource: string, kinds: readonly Hold["kind"][], now: number): readonly Hold[] {
    return [...this.holds.values()].filter(
      (hold) =>
        kinds.includes(hold.kind) &&
        (hold.resource === null || hold.resource === resource) &&
        hold.from <= now &&
        (hold.until === null || hold.until > now),
    );
  }

  // How far a message has come is the channel's to tell.
  #enter(change: WatchChange): void {
    if (change.type === "put-incident") this.#enterIncident(change.incident);
    if (change.type === "put-repair") this.#enterAttempt(change.repair);
    if (change.type === "put-message") this.#enterMessage(change.message);
    if (change.type === "put-event") this.#enterEvent(change.event);
    if (change.type === "put-watch") this.states.set(change.state.resource, change.state);
    if (change.type === "delete-watch") this.states.delete(change.resource);
    if (change.type === "put-hold") this.holds.set(change.hold.id, change.hold);
    if (change.type === "delete-hold") this.holds.delete(change.id);
  }

  #enterEvent({ id, resource }: WatchEvent): void {
    if (id <= this.#lastEvent) {
      this.#complain(resource ?? "project", "an event has an id of an earlier one");
    }
    this.#lastEvent = Math.max(this.#lastEvent, id);
  }

  #enterIncident(incident: Incident): void {
    const { id, resource, closedAt, kind } = incident;
    const known = this.incidents.get(id);
    const open = this.#openOf.get(resource) ?? new Set();
    this.#openOf.set(resource, open);
    if (known === undefined) {
      const last = this.#lastIncident;
      if (id <= last)
        this.#complain(resource, `incident ${String(id)} comes after ${String(last)}`);
      this.#lastIncident = Math.max(last, id);
      if (this.openOf(resource).some((each) => each.kind === kind)) {
        this.#complain(resource, `a second incident of the kind ${kind} is opened`);
      }
    } else if (known.closedAt !== null && closedAt === null) {
      this.#complain(resource, `incident ${String(id)} was closed, and is open again`);
    }
    this.incidents.set(id, incident);
    if (closedAt === null) open.add(id);
    else open.delete(id);
  }

  #enterAttempt(repair: RepairAttempt): void {
    if (!this.openAttempts.has(repair.id) && repair.endedAt === null) {
      this.attempts += 1;
      const other = [...this.openAttempts.values()].find(
        ({ resource }) => resource === repair.resource,
      );
      if (other !== undefined) {
        const ids = `${String(repair.id)} begins while ${String(other.id)} has not ended`;
        this.#complain(repair.resource, `attempt ${ids}`);
      }
    }
    if (repair.endedAt === null) this.openAttempts.set(repair.id, repair);
    else this.openAttempts.delete(repair.id);
  }

  #enterMessage({ id, resource, incident, kind }: Message): void {
    if (id <= this.#lastMessage) this.#complain(resource, "a message has an id of an earlier one");
    this.#lastMessage = Math.max(this.#lastMessage, id);
    this.messages += 1;
    const told = this.told.get(incident) ?? [];
    if (told.includes(kind)) {
      this.#complain(resource, `incident ${String(incident)} is told twice: ${kind}`);
    }
    this.told.set(incident, [...told, kind]);
  }

  #checkMessage({ resource, incident: id, kind }: Message): void {
    const incident = this.incidents.get(id);
    const name = `a message ${kind} of incident ${String(id)}`;
    if (incident === undefined) {
      this.#complain(resource, `${name}, which does not exist`);
      return;
    }
    const problem = problemOf(kind, incident, this.told.get(id) ?? []);
    if (problem !== null) this.#complain(resource, `${name}, ${problem}`);
  }

  // What an incident says it told, and what was told, are one: in one commit.
  #checkTold(id: number, was: Incident | undefined, changes: readonly WatchChange[]): void {
    const incident = this.incidents.get(id);
    if (incident === undefined) return;
    const fresh = incident.told.filter((kind) => was?.told.includes(kind) !== true);
    const written = changes.flatMap((change) =>
      change.type === "put-message" && change.message.incident === id ? [change.message.kind] : [],
    );
    for (const kind of fresh) {
      if (written.includes(kind)) continue;
      const text = `incident ${String(id)} says that it was told (${kind}), and no message was written`;
      this.#complain(incident.resource, text);
    }
    const isTold = incident.told.length > 0;
    if (incident.closedAt !== null && isTold && !incident.told.includes("resolved")) {
      this.#complain(
        incident.resource,
        `incident ${String(id)} was told and closes without a word`,
      );
    }
  }

  #checkState({ resource, incidents }: WatchState): void {
    const open = this.#openOf.get(resource) ?? new Set();
    const isSame = incidents.length === open.size && incidents.every((id) => open.has(id));
    if (isSame) return;
    const [said, are] = [incidents.join(", "), [...open].join(", ")];
    this.#complain(resource, `its state lists the incidents [${said}], and open are [${are}]`);
  }
}

function problemOf(
  kind: MessageKind,
  incident: Incident,
  told: readonly MessageKind[],
): string | null {
  if (!incident.told.includes(kind)) return "which knows nothing of it";
  if (kind === "gave_up") return incident.gaveUpAt === null ? "which was not given up" : null;
  if (kind !== "resolved") {
    return kind === incident.kind ? null : `which is of the kind ${incident.kind}`;
  }
  if (incident.closedAt === null) return "which is open";
  return told.length < 2 ? "of which nobody was told before" : null;
}
