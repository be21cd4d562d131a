import type { Delivery, Hold, Incident } from "../../model/incident.ts";
import type { JsonObject } from "../../model/json.ts";
import type { WatchEvent, WatchEventType } from "../../model/watch-event.ts";
import type { Look, WatchState } from "../../model/watch-state.ts";
import type { Channel } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { WatchChange, WatchSnapshot, WatchStore } from "../../ports/watch-store.ts";
import type { Cancellation } from "../cancellation.ts";
import { Batch } from "./batch.ts";
import { Draft, type Circumstances, type Decision } from "./decision.ts";
import type { Entry } from "./entry.ts";
import { heldBy } from "./holds.ts";
import type { Numbers } from "./numbers.ts";
import { Outbox } from "./outbox.ts";

/** The part of a store that watching needs. */
export interface LedgerStore extends Pick<WatchStore, "watching" | "record" | "flush" | "fold"> {
  readonly commit: (changes: readonly WatchChange[]) => Promise<unknown>;
}

/** What a ledger writes to, and who hears of it. */
export interface LedgerOptions {
  readonly project: string;
  readonly store: LedgerStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly channels: readonly Channel[];
  /** Told of everything that happens, once it is stored; it must not throw. */
  readonly onEvent: (event: WatchEvent) => void;
  /** Told when the state cannot be written; what could not be stored was not done. It must not throw. */
  readonly onStoreFailure: (error: unknown) => void;
}

/** Writes down what is decided before anything follows from it. */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #batch: Batch;
  readonly outbox: Outbox;
  #numbers: Numbers = { incident: 1, repair: 1, event: 1, message: 1 };
  #lastHold = 0;
  #holds: readonly Hold[] = [];

  /**
   * Begins with nothing.
   *
   * @param options - Where it writes to.
   * @param cancellation - What ends its deliveries.
   */
  constructor(options: LedgerOptions, cancellation: Cancellation) {
    this.#options = options;
    this.#batch = new Batch(options.store, options.clock);
    this.outbox = new Outbox({
      channels: options.channels,
      clock: options.clock,
      cancellation,
      commit: (changes) => options.store.commit(changes),
      onFailure: ({ channel, problem, attempts, message }) => {
        // Each further attempt says the same.
        if (attempts > 1) return;
        const data = { channel, message: message.id };
        void this.tell("delivery_failed", `${channel}: ${problem ?? "failed"}`, { data });
      },
    });
  }

  /**
   * What holds things back.
   *
   * @returns All of the project.
   */
  get holds(): readonly Hold[] {
    return this.#holds;
  }

  /**
   * Goes on from what is stored.
   *
   * @param snapshot - What is stored.
   */
  begin(snapshot: WatchSnapshot): void {
    this.#numbers = {
      incident: snapshot.lastIncident + 1,
      repair: snapshot.lastRepair + 1,
      event: snapshot.lastEvent + 1,
      message: snapshot.lastMessage + 1,
    };
    this.#lastHold = snapshot.lastHold;
    this.#holds = snapshot.holds;
    this.outbox.add(snapshot.deliveries);
  }

  /**
   * Tells what is known when something is decided about a resource.
   *
   * @param entry - The resource.
   * @param cause - What causes its failure; null for nothing.
   * @returns The circumstances.
   */
  circumstances({ subject, incidents, attempt }: Entry, cause: string | null): Circumstances {
    const { project, clock, random, channels } = this.#options;
    const now = clock.now();
    const { mayRepair, mayTell } = heldBy(this.#holds, subject.name, now);
    return {
      project,
      policy: subject.policy,
      now,
      chance: random.next(),
      mayRepair,
      mayTell,
      cause,
      incidents,
      attempt,
      channels: channels.map(({ name }) => name),
      numbers: this.#numbers,
    };
  }

  /**
   * Stores a decision, and then believes it.
   *
   * @param entry - The resource that it is about.
   * @param decision - The decision.
   * @param look - The look that it follows from; null when it follows from none.
   * @returns False when it could not be stored: all is as it was, and nothing may follow from it.
   */
  async enter(entry: Entry, decision: Decision, look: Look | null): Promise<boolean> {
    // Before anything is waited for: whoever decides next takes the next ids.
    this.#numbers = decision.numbers;
    const { state, changes, events } = decision;
    const { name } = entry.subject;
    const hasChanged = state !== entry.state;
    if (changes.length > 0) {
      this.#batch.drop(name);
      const isStored = await this.#commit(changes);
      if (!isStored) return false;
    }
    if (look !== null)
      this.#record(entry, look, hasChanged && changes.length === 0 ? decision : null);
    entry.state = state;
    entry.incidents = decision.incidents;
    entry.attempt = decision.attempt;
    if (changes.length > 0) this.outbox.add(deliveriesOf(changes));
    for (const event of events) this.#options.onEvent(event);
    return true;
  }

  /**
   * Keeps the result of a look from which nothing follows.
   *
   * @param entry - The resource.
   * @param look - What was seen.
   */
  keep(entry: Entry, look: Look): void {
    this.#record(entry, look, null);
  }

  /**
   * Believes something else of a resource.
   *
   * @param entry - The resource.
   * @param state - What.
   */
  async put(entry: Entry, state: WatchState): Promise<void> {
    this.#batch.drop(state.resource);
    entry.state = state;
    await this.#commit([{ type: "put-watch", state }]);
  }

  /**
   * Decides that somebody takes care of the open incidents of a resource.
   *
   * @param entry - The resource.
   * @param acknowledged - Who, when, and what they say.
   * @returns The decision, which is not stored yet.
   */
  acknowledging(entry: Entry, acknowledged: NonNullable<Incident["acknowledged"]>): Decision {
    const draft = new Draft(entry.state, this.circumstances(entry, null));
    for (const incident of entry.incidents) draft.putIncident({ ...incident, acknowledged });
    const { by, comment } = acknowledged;
    const text = `by ${by}${comment === "" ? "" : `: ${comment}`}`;
    if (entry.incidents.length > 0) draft.tell("acknowledged", text, { by });
    return draft.end();
  }

  /**
   * Names in the incident of a resource what fails because of it.
   *
   * @param entry - The resource.
   * @param affected - Names.
   */
  async affect(entry: Entry, affected: readonly string[]): Promise<void> {
    const incidents = entry.incidents.map((incident) =>
      incident.kind === "failure" ? { ...incident, affected } : incident,
    );
    const changed = incidents.filter(({ kind }) => kind === "failure");
    const isStored = await this.#commit(
      changed.map((incident) => ({ type: "put-incident", incident })),
    );
    if (isStored) entry.incidents = incidents;
  }

  /**
   * Closes what is open of a resource that is not watched any more, and forgets what was believed of it.
   *
   * @param entry - The resource.
   * @param decision - What follows from its going.
   */
  async remove(entry: Entry, decision: Decision): Promise<void> {
    const { subject, state } = entry;
    const last: readonly WatchChange[] =
      state.expiredAt === null ? [{ type: "delete-watch", resource: subject.name }] : [];
    await this.enter(entry, { ...decision, changes: [...decision.changes, ...last] }, null);
  }

  /**
   * Stores that a resource was destroyed, and is not to be made again by itself.
   *
   * @param entry - The resource.
   * @param why - One sentence.
   */
  async expired(entry: Entry, why: string): Promise<void> {
    const { resource } = entry.state;
    const state = { ...entry.state, expiredAt: this.#options.clock.now() };
    entry.state = state;
    this.#batch.drop(resource);
    await this.tell("expired", why, {
      resource,
      changes: [{ type: "put-watch", state }],
    });
  }

  /**
   * Forgets what is stored of a resource that is not watched any more.
   *
   * @param state - What was believed of it.
   * @param incidents - Its open incidents.
   */
  async clearAway({ resource }: WatchState, incidents: readonly Incident[]): Promise<void> {
    const closedAt = this.#options.clock.now();
    await this.#commit([
      ...incidents.map((incident): WatchChange => ({
        type: "put-incident",
        incident: { ...incident, closedAt, outcome: "gone" },
      })),
      { type: "delete-watch", resource },
    ]);
  }

  /**
   * Stores that something happened.
   *
   * @param type - What.
   * @param text - One sentence.
   * @param options - Which resource, the facts, and what is stored with it.
   * @returns The event; null when it could not be stored.
   */
  async tell(
    type: WatchEventType,
    text: string,
    options: {
      readonly resource?: string | null;
      readonly data?: JsonObject;
      readonly changes?: readonly WatchChange[];
    } = {},
  ): Promise<WatchEvent | null> {
    const { resource = null, data = {}, changes = [] } = options;
    const id = this.#numbers.event;
    this.#numbers = { ...this.#numbers, event: id + 1 };
    const event = { id, at: this.#options.clock.now(), type, resource, text, data };
    const isStored = await this.#commit([...changes, { type: "put-event", event }]);
    if (!isStored) return null;
    this.#options.onEvent(event);
    return event;
  }

  /**
   * Holds something back, from now on.
   *
   * @param wanted - What, for how long, and who wants it.
   * @returns The hold; null when it could not be stored.
   */
  async hold(wanted: Omit<Hold, "id">): Promise<Hold | null> {
    this.#lastHold += 1;
    const hold = { ...wanted, id: this.#lastHold };
    const { kind, resource, by, comment } = hold;
    const why = comment === "" ? "" : `: ${comment}`;
    const event = await this.tell("held", `${kind} by ${by}${why}`, {
      resource,
      data: { kind, by },
      changes: [{ type: "put-hold", hold }],
    });
    if (event === null) return null;
    this.#holds = [...this.#holds, hold];
    return hold;
  }

  /**
   * Ends holds.
   *
   * @param holds - Which.
   * @param why - In a few words: `by root@host`, `its time is over`.
   */
  async release(holds: readonly Hold[], why: string): Promise<void> {
    for (const { id, kind, resource } of holds) {
      const changes = [{ type: "delete-hold", id }] as const;
      await this.tell("released", `${kind} ended: ${why}`, { resource, data: { kind }, changes });
      this.#holds = this.#holds.filter((hold) => hold.id !== id);
    }
  }

  /** Writes what is still to be written. */
  async close(): Promise<void> {
    this.#batch.flush();
    await this.#options.store.flush().catch(this.#options.onStoreFailure);
  }

  async #commit(changes: readonly WatchChange[]): Promise<boolean> {
    try {
      await this.#options.store.commit(changes);
      return true;
    } catch (error) {
      this.#options.onStoreFailure(error);
      return false;
    }
  }

  #record({ subject }: Entry, look: Look, decision: Decision | null): void {
    const { at, verdict, isDegraded, durationMs } = look;
    this.#batch.add(
      { resource: subject.name, at, verdict, isDegraded, durationMs },
      decision?.state ?? null,
    );
  }
}

function deliveriesOf(changes: readonly WatchChange[]): readonly Delivery[] {
  return changes.flatMap((change) => {
    if (change.type !== "put-message") return [];
    const { message, channels } = change;
    const base = {
      message,
      attempts: 0,
      nextAt: message.at,
      state: "pending",
      problem: null,
    } as const;
    return channels.map((channel) => ({ ...base, channel }));
  });
}
