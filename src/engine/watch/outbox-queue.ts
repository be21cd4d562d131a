import type { Delivery } from "../../model/incident.ts";
import type { Clock } from "../../ports/clock.ts";
import { DueQueue, type Due } from "./due-queue.ts";

/** A message that was refused, and when it is tried again. */
interface Retry extends Due {
  readonly delivery: Delivery;
}

/** What is to be done next: deliver, or wait. */
export type OutboxTurn =
  | { readonly delivery: Delivery }
  /** In milliseconds; infinite when nothing is there to be delivered. */
  | { readonly delivery: null; readonly waitMs: number };

const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 10_000;

/** No message waits longer, whatever its time says: the clock may have been set. */
export const LONGEST_WAIT_MS = 300_000;

/**
 * Messages on their way to one channel. Those of one incident keep their order; one that is refused holds up no others. Where
 * one after the other fails the channel itself is down: it gets a rest in between.
 */
export class OutboxQueue {
  readonly #clock: Pick<Clock, "now" | "elapsedMs">;
  /** Never tried, in their order. */
  #fresh: Delivery[] = [];
  readonly #retries = new DueQueue<Retry>();
  /** By incident: what waits for an earlier one that was refused. */
  readonly #held = new Map<number, Delivery[]>();
  #pending = 0;
  #failuresInRow = 0;
  #restedMs = -Infinity;

  /**
   * Begins empty.
   *
   * @param clock - What waits go by.
   */
  constructor(clock: Pick<Clock, "now" | "elapsedMs">) {
    this.#clock = clock;
  }

  /**
   * Messages that were not delivered yet.
   *
   * @returns How many.
   */
  get pending(): number {
    return this.#pending;
  }

  /**
   * Adds a message that is stored.
   *
   * @param delivery - It comes after all of its incident that are here.
   */
  add(delivery: Delivery): void {
    this.#pending += 1;
    const held = this.#held.get(delivery.message.incident);
    if (held !== undefined) held.push(delivery);
    else if (delivery.attempts > 0) this.#tryLater(delivery);
    else this.#fresh.push(delivery);
  }

  /**
   * Tells what is to be done next. What is to be delivered is taken out, and has to be settled before the next turn.
   *
   * @returns The next message, or how long to wait unless another one is added.
   */
  next(): OutboxTurn {
    const nowMs = this.#clock.elapsedMs();
    if (this.#restedMs > nowMs) return { delivery: null, waitMs: this.#restedMs - nowMs };
    // What many wait for to be refused again must not keep them waiting.
    const fresh = this.#nextFresh();
    if (fresh !== null) return { delivery: fresh };
    const { first } = this.#retries;
    if (first === undefined) return { delivery: null, waitMs: Infinity };
    if (first.dueMs > nowMs) return { delivery: null, waitMs: first.dueMs - nowMs };
    this.#retries.delete(first);
    return { delivery: first.delivery };
  }

  /**
   * Takes a message back after an attempt.
   *
   * @param after - How far it has come.
   */
  settle(after: Delivery): void {
    this.#failuresInRow = after.state === "delivered" ? 0 : this.#failuresInRow + 1;
    if (this.#failuresInRow > 0) {
      const restMs = Math.min(FIRST_REST_MS * 2 ** (this.#failuresInRow - 1), LONGEST_REST_MS);
      this.#restedMs = this.#clock.elapsedMs() + restMs;
    }
    if (after.state === "pending") this.#tryLater(after);
    else this.#finish(after.message.incident);
  }

  #nextFresh(): Delivery | null {
    for (;;) {
      const first = this.#fresh.shift();
      if (first === undefined) return null;
      const held = this.#held.get(first.message.incident);
      if (held === undefined) return first;
      held.push(first);
    }
  }

  #tryLater(delivery: Delivery): void {
    const { incident } = delivery.message;
    if (!this.#held.has(incident)) this.#held.set(incident, []);
    // By the clock that nobody can set.
    const waitMs = Math.min(delivery.nextAt - this.#clock.now(), LONGEST_WAIT_MS);
    this.#retries.set({ delivery, dueMs: 0, place: -1 }, this.#clock.elapsedMs() + waitMs);
  }

  #finish(incident: number): void {
    this.#pending -= 1;
    const held = this.#held.get(incident) ?? [];
    this.#held.delete(incident);
    if (held.length > 0) this.#fresh = [...held, ...this.#fresh];
  }
}
