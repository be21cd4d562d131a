import type { PlannedAction } from "../../model/action.ts";
import type { Incident, RepairAttempt } from "../../model/incident.ts";
import type { WatchEvent, WatchEventType } from "../../model/watch-event.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";
import type { JsonObject } from "../../model/json.ts";
import type { WatchState } from "../../model/watch-state.ts";
import type { WatchChange } from "../../ports/watch-store.ts";
import { Numbering, type Numbers } from "./numbers.ts";

/** What deciding about one resource knows besides what was seen. */
export interface Circumstances {
  readonly project: string;
  readonly policy: WatchPolicy;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: number;
  /** A number from 0 (inclusive) to 1 (exclusive), drawn anew for each decision. */
  readonly chance: number;
  /** False in a pause or maintenance. */
  readonly mayRepair: boolean;
  /** False in a pause, maintenance or silence. */
  readonly mayTell: boolean;
  /** What it needs and what fails: the root of its failure. Null when there is no such thing. */
  readonly cause: string | null;
  /** Its open incidents. */
  readonly incidents: readonly Incident[];
  /** Its attempt that is under way or has to prove itself; null when none is. */
  readonly attempt: RepairAttempt | null;
  /** Where messages go. */
  readonly channels: readonly string[];
  /** The ids that come next. */
  readonly numbers: Numbers;
}

/** An attempt that is to be made, once the decision is stored. */
export interface RepairOrder {
  readonly attempt: RepairAttempt;
  readonly action: PlannedAction;
  /** What was seen, in one line. */
  readonly reason: string;
}

/** What follows from one look, or from the end of one action. */
export interface Decision {
  readonly state: WatchState;
  /** All that is to be stored with the state, at once; empty when the state can wait for the next batch. */
  readonly changes: readonly WatchChange[];
  /** Its open incidents from then on. */
  readonly incidents: readonly Incident[];
  readonly attempt: RepairAttempt | null;
  readonly events: readonly WatchEvent[];
  readonly order: RepairOrder | null;
  /** The time of the next attempt, when one has to wait; milliseconds since 1970-01-01 UTC. */
  readonly waitUntil: number | null;
  readonly numbers: Numbers;
}

/** A decision while it is being made. */
export class Draft {
  readonly #before: WatchState;
  readonly #circumstances: Pick<Circumstances, "now">;
  readonly #numbering: Numbering;
  readonly #incidents = new Map<number, Incident>();
  readonly #changed = new Set<number>();
  readonly #others: WatchChange[] = [];
  readonly #events: WatchEvent[] = [];
  #state: WatchState;
  #attempt: RepairAttempt | null;
  #order: RepairOrder | null = null;
  #waitUntil: number | null = null;

  /**
   * Begins with what is.
   *
   * @param before - What was believed.
   * @param circumstances - What else is known.
   */
  constructor(before: WatchState, circumstances: Omit<Circumstances, "policy">) {
    this.#before = before;
    this.#circumstances = circumstances;
    this.#numbering = new Numbering(circumstances.numbers);
    this.#state = before;
    this.#attempt = circumstances.attempt;
    for (const incident of circumstances.incidents) this.#incidents.set(incident.id, incident);
  }

  /**
   * The incidents of the resource, those that were closed just now included.
   *
   * @returns In the order of their ids.
   */
  get incidents(): readonly Incident[] {
    return [...this.#incidents.values()];
  }

  /**
   * What is believed by now.
   *
   * @returns The state.
   */
  get state(): WatchState {
    return this.#state;
  }

  /**
   * The attempt that is under way by now, or has to prove itself.
   *
   * @returns Null when there is none.
   */
  get attempt(): RepairAttempt | null {
    return this.#attempt;
  }

  /**
   * Believes something else from now on.
   *
   * @param state - What.
   */
  become(state: WatchState): void {
    this.#state = state;
  }

  /**
   * Orders an attempt.
   *
   * @param order - What is to be done.
   */
  orders(order: RepairOrder): void {
    this.#order = order;
  }

  /**
   * Waits with the next attempt.
   *
   * @param until - Milliseconds since 1970-01-01 UTC.
   */
  waits(until: number): void {
    this.#waitUntil = until;
  }

  /**
   * Takes an id.
   *
   * @param of - Of what.
   * @returns It.
   */
  take(of: keyof Numbers): number {
    return this.#numbering.take(of);
  }

  /**
   * Opens, changes or closes an incident.
   *
   * @param incident - As it is from now on.
   */
  putIncident(incident: Incident): void {
    this.#incidents.set(incident.id, incident);
    this.#changed.add(incident.id);
  }

  /**
   * Begins, changes or ends an attempt.
   *
   * @param attempt - As it is from now on.
   */
  putAttempt(attempt: RepairAttempt): void {
    this.#attempt = attempt.endedAt === null ? attempt : null;
    this.#others.push({ type: "put-repair", repair: attempt });
  }

  /**
   * Adds what is to be stored.
   *
   * @param change - What.
   */
  put(change: WatchChange): void {
    this.#others.push(change);
  }

  /**
   * Tells that something happened.
   *
   * @param type - What.
   * @param text - One sentence, without the name of the resource.
   * @param data - The facts.
   */
  tell(type: WatchEventType, text: string, data: JsonObject = {}): void {
    const { resource } = this.#state;
    const id = this.take("event");
    this.#events.push({ id, at: this.#circumstances.now, type, resource, text, data });
  }

  /**
   * Ends.
   *
   * @returns The decision.
   */
  end(): Decision {
    const all = this.incidents;
    const open = all.filter(({ closedAt }) => closedAt === null);
    const ids = open.map(({ id }) => id);
    const isListed =
      ids.length === this.#state.incidents.length &&
      ids.every((id, index) => id === this.#state.incidents[index]);
    const state = isListed ? this.#state : { ...this.#state, incidents: ids };
    const changes: readonly WatchChange[] = [
      ...all
        .filter(({ id }) => this.#changed.has(id))
        .map((incident): WatchChange => ({ type: "put-incident", incident })),
      ...this.#others,
      ...this.#events.map((event): WatchChange => ({ type: "put-event", event })),
    ];
    return {
      state,
      changes:
        changes.length === 0 || state === this.#before
          ? changes
          : [{ type: "put-watch", state }, ...changes],
      incidents: open,
      attempt: this.#attempt,
      events: this.#events,
      order: this.#order,
      waitUntil: this.#waitUntil,
      numbers: this.#numbering.next,
    };
  }
}
