import type { Delivery } from "../../model/incident.ts";
import type { Channel } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { WatchChange } from "../../ports/watch-store.ts";
import type { Cancellation } from "../cancellation.ts";
import { withinTimeout } from "../within-timeout.ts";
import { LONGEST_WAIT_MS, OutboxQueue } from "./outbox-queue.ts";

/** How messages are delivered. */
export interface OutboxOptions {
  readonly channels: readonly Channel[];
  readonly clock: Clock;
  readonly cancellation: Cancellation;
  /** Stores how far a message has come. */
  readonly commit: (changes: readonly WatchChange[]) => Promise<unknown>;
  /** Told of an attempt that failed; it must not throw. */
  readonly onFailure: (delivery: Delivery) => void;
  /** Told of every attempt, whatever came of it; it must not throw. */
  readonly onAttempt?: (delivery: Delivery) => void;
}

const LIMIT_DELIVERY_MS = 30_000;
const FIRST_WAIT_MS = 1_000;
/** With the longest wait, this is more than three days. */
const LIMIT_ATTEMPTS = 1_000;

/**
 * Delivers messages, each channel on its own: one that hangs holds up no other, and nothing else. Neither does a message that a
 * channel refuses, but for those of its incident, which come in their order. A message counts as delivered once that is stored;
 * before, it may come twice.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #queues = new Map<string, OutboxQueue>();
  readonly #wakes = new Map<string, () => void>();

  /**
   * Delivers nothing yet.
   *
   * @param options - Where to, and what of it is stored.
   */
  constructor(options: OutboxOptions) {
    this.#options = options;
    const { channels, clock } = options;
    for (const { name } of channels) this.#queues.set(name, new OutboxQueue(clock));
  }

  /**
   * Messages that were not delivered yet.
   *
   * @returns How many, counted for each channel.
   */
  get pending(): number {
    return [...this.#queues.values()].reduce((sum, { pending }) => sum + pending, 0);
  }

  /**
   * Adds messages that are stored.
   *
   * @param deliveries - In the order of their ids. Those to channels that are not there stay where they are stored.
   */
  add(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      this.#queues.get(delivery.channel)?.add(delivery);
      this.#wakes.get(delivery.channel)?.();
    }
  }

  /**
   * Delivers until it is cancelled.
   *
   * @returns When nothing of it is under way any more.
   */
  async run(): Promise<void> {
    await Promise.all(this.#options.channels.map((channel) => this.#serve(channel)));
  }

  async #serve(channel: Channel): Promise<void> {
    const queue = this.#queues.get(channel.name);
    while (queue !== undefined && this.#options.cancellation.reason() === null) {
      const turn = queue.next();
      if (turn.delivery === null) {
        await this.#wait(channel.name, turn.waitMs);
        continue;
      }
      const after = await this.#deliver(channel, turn.delivery);
      if (after === null) return;
      queue.settle(after);
    }
  }

  // Null when it was cancelled meanwhile: it comes again.
  async #deliver(channel: Channel, delivery: Delivery): Promise<Delivery | null> {
    const { cancellation, clock, commit, onFailure } = this.#options;
    const attempts = delivery.attempts + 1;
    let after: Delivery;
    try {
      const limit = {
        clock,
        cancellation,
        timeoutMs: LIMIT_DELIVERY_MS,
        timeoutError: () =>
          new Error(`was not delivered within ${String(LIMIT_DELIVERY_MS / 1_000)} s`),
      };
      await withinTimeout(limit, (signal) => channel.deliver(delivery.message, signal));
      after = { ...delivery, attempts, state: "delivered", problem: null };
    } catch (error) {
      if (cancellation.reason() !== null) return null;
      const problem = error instanceof Error ? error.message : String(error);
      const state = attempts < LIMIT_ATTEMPTS ? "pending" : "dead";
      const waitMs = Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS);
      after = { ...delivery, attempts, state, problem, nextAt: clock.now() + waitMs };
      onFailure(after);
    }
    this.#options.onAttempt?.(after);
    // What could not be stored is delivered again after the next start.
    await commit([{ type: "put-delivery", delivery: after }]).catch(() => null);
    return after;
  }

  // Until then, or until something is added, or it is cancelled.
  #wait(channel: string, waitMs: number): Promise<void> {
    const { cancellation, clock } = this.#options;
    return new Promise((resolve) => {
      const end = (): void => {
        stopListening();
        stopTimer?.();
        this.#wakes.delete(channel);
        resolve();
      };
      const stopListening = cancellation.onCancel(end);
      const stopTimer = Number.isFinite(waitMs) ? clock.after(waitMs, end) : null;
      this.#wakes.set(channel, end);
    });
  }
}
