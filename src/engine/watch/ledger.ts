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
import { decideGone } from "./decide-other.ts";
import { Draft, type Circumstances, type Decision } from "./decision.ts";
import type { Entry } from "./entry.ts";
import { heldBy } from "./holds.ts";
import type { Leftover } from "./leftovers.ts";
import type { Numbers } from "./numbers.ts";
import type { Meter } from "./meter.ts";
import { Outbox } from "./outbox.ts";
import { interruption } from "./starting-state.ts";

/** What is left of so many resources is cleared away in one commit. */
const LEFTOVERS_AT_ONCE = 500;

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
  /** Counts what happens; nothing is counted by default. */
  readonly meter?: Meter;
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
    options.meter?.channels(options.channels.map(({ name }) => name));
    this.#batch = new Batch(options.store, options.clock, (count) => {
      const text = `${String(count)} results were lost: they came faster than they could be written`;
      void this.tell("results_lost", text, { data: { count } });
    });
    this.outbox = new Outbox({
      channels: options.channels,
      clock: options.clock,
      cancellation,
      commit: (changes) => options.store.commit(changes),
      onAttempt: (delivery) => options.meter?.delivered(delivery),
      onFailure: ({ channel, problem, attempts, message, state }) => {
        // Each further attempt says the same, but for the last.
        if (attempts > 1 && state !== "dead") return;
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
    this.#hold(snapshot.holds);
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
    const { name, policy } = subject;
    return { ...this.#circumstances(name, { incidents, attempt, cause }), policy };
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
      if (!isStored) {
        // What was seen was seen, and what was believed before may not be stored yet.
        if (look !== null) this.#record(entry, look, null);
        this.#batch.put(entry.state);
        return false;
      }
    }
    if (look !== null)
      this.#record(entry, look, hasChanged && changes.length === 0 ? decision : null);
    entry.state = state;
    entry.incidents = decision.incidents;
    entry.attempt = decision.attempt;
    if (changes.length > 0) {
      this.#options.meter?.stored(changes);
      this.outbox.add(deliveriesOf(changes));
    }
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
   * Believes something else of a resource, which can be found out again when it is not stored.
   *
   * @param entry - The resource.
   * @param state - What.
   */
  put(entry: Entry, state: WatchState): void {
    entry.state = state;
    this.#batch.put(state);
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
   * Stores whether a resource is not to be made again by itself, as it was or will be destroyed.
   *
   * @param entry - The resource.
   * @param isExpired - Whether that is so.
   * @returns False when it could not be stored: all is as it was.
   */
  async setAside(entry: Entry, isExpired: boolean): Promise<boolean> {
    const state = { ...entry.state, expiredAt: isExpired ? this.#options.clock.now() : null };
    this.#batch.drop(state.resource);
    const isStored = await this.#commit([{ type: "put-watch", state }]);
    if (isStored) entry.state = state;
    else this.#batch.put(entry.state);
    return isStored;
  }

  /**
   * Forgets what is stored of resources that are not watched any more; their incidents are closed.
   *
   * @param leftovers - What is stored of each.
   */
  async clearAway(leftovers: readonly Leftover[]): Promise<void> {
    for (let first = 0; first < leftovers.length; first += LEFTOVERS_AT_ONCE) {
      await this.#clearAway(leftovers.slice(first, first + LEFTOVERS_AT_ONCE));
    }
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
    this.#hold([...this.#holds, hold]);
    return hold;
  }

  /**
   * Ends holds.
   *
   * @param holds - Which.
   * @param why - In a few words: `by root@host`, `its time is over`.
   * @returns Those that have ended: without what could not be stored.
   */
  async release(holds: readonly Hold[], why: string): Promise<readonly Hold[]> {
    const ended: Hold[] = [];
    for (const hold of holds) {
      const { id, kind, resource } = hold;
      const changes = [{ type: "delete-hold", id }] as const;
      const facts = { resource, data: { kind }, changes };
      if ((await this.tell("released", `${kind} ended: ${why}`, facts)) === null) continue;
      this.#hold(this.#holds.filter((other) => other.id !== id));
      ended.push(hold);
    }
    return ended;
  }

  /** Writes what is still to be written. */
  async close(): Promise<void> {
    this.#batch.flush();
    await this.#options.store.flush().catch(this.#options.onStoreFailure);
  }

  #hold(holds: readonly Hold[]): void {
    this.#holds = holds;
    this.#options.meter?.held(holds);
  }

  #circumstances(
    resource: string,
    own: Pick<Circumstances, "incidents" | "attempt" | "cause">,
  ): Omit<Circumstances, "policy"> {
    const { project, clock, random, channels } = this.#options;
    const now = clock.now();
    const { mayRepair, mayTell } = heldBy(this.#holds, resource, now);
    return {
      ...own,
      project,
      now,
      chance: random.next(),
      mayRepair,
      mayTell,
      channels: channels.map(({ name }) => name),
      numbers: this.#numbers,
    };
  }

  async #clearAway(leftovers: readonly Leftover[]): Promise<void> {
    const changes: WatchChange[] = [];
    const events: WatchEvent[] = [];
    for (const { state, incidents, repairs } of leftovers) {
      const { resource } = state;
      const circumstances = this.#circumstances(resource, {
        incidents,
        attempt: null,
        cause: null,
      });
      const decision = decideGone(state, circumstances);
      this.#numbers = decision.numbers;
      events.push(...decision.events);
      changes.push(...decision.changes);
      for (const repair of repairs) changes.push(interruption(repair, circumstances.now));
      if (state.expiredAt === null) changes.push({ type: "delete-watch", resource });
    }
    if (!(await this.#commit(changes))) return;
    this.outbox.add(deliveriesOf(changes));
    for (const event of events) this.#options.onEvent(event);
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
