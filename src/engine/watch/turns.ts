import type { Clock } from "../../ports/clock.ts";
import { DueQueue } from "./due-queue.ts";
import type { Entry } from "./entry.ts";

/** So many begin in one go, before others have their turn. */
const STARTS_AT_ONCE = 250;

/** What turns go by, and what happens when it is somebody's. */
export interface TurnsOptions {
  readonly clock: Clock;
  /** Looks, and decides: it must not reject. Nothing else happens to the entry meanwhile. */
  readonly onTurn: (entry: Entry) => Promise<void>;
  /** Whether it may have a turn at all. */
  readonly mayHaveTurn: (entry: Entry) => boolean;
  /** Told of an entry that may not. */
  readonly onNoTurn: (entry: Entry) => void;
  /** When its next turn is, once something was done; milliseconds of the clock that only goes forward. */
  readonly nextMs: (entry: Entry) => number;
}

/** Gives each resource its turn: one at a time for each, all of them side by side. */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #queue = new DueQueue<Entry>();
  readonly #underWay = new Set<Promise<void>>();
  /** Those are counted only: there may be thousands of them. */
  #turnsUnderWay = 0;
  #onIdle: (() => void) | null = null;
  #stopTimer: (() => void) | null = null;
  #armedMs = Number.POSITIVE_INFINITY;
  #isStopped = false;

  /**
   * Nobody has a turn yet.
   *
   * @param options - What turns go by.
   */
  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /**
   * Brings the next turn of an entry forward; it is never put off. While it is busy, it has another turn right after.
   *
   * @param entry - Whose.
   * @param dueMs - When.
   */
  schedule(entry: Entry, dueMs: number): void {
    if (this.#isStopped || entry.isGone) return;
    if (entry.isBusy) {
      entry.wantedMs = Math.min(entry.wantedMs, dueMs);
      return;
    }
    if (!this.#options.mayHaveTurn(entry)) {
      this.#queue.delete(entry);
      this.#options.onNoTurn(entry);
      return;
    }
    if (entry.place >= 0 && entry.dueMs <= dueMs) return;
    this.#queue.set(entry, dueMs);
    this.#arm();
  }

  /**
   * Does something to an entry in its turn: no look and no other decision is under way meanwhile.
   *
   * @param entry - Whose turn it is.
   * @param task - What is done; it must not reject.
   * @returns When it is done; also when it never will be, as all has ended, or it is not watched any more.
   */
  inTurn(entry: Entry, task: () => Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const whole = async (): Promise<void> => {
      if (!this.#isStopped && !entry.isGone) await task();
      resolve(undefined);
    };
    if (entry.isBusy) entry.tasks.push(whole);
    else this.#begin(entry, whole);
    return promise;
  }

  /**
   * Follows something to its end when all ends.
   *
   * @param work - What is under way; it must not reject.
   */
  track(work: Promise<void>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  /**
   * Takes an entry out: it has no turn any more.
   *
   * @param entry - Whose.
   */
  drop(entry: Entry): void {
    this.#queue.delete(entry);
  }

  /**
   * Ends: nobody has a turn any more.
   *
   * @returns When nothing is under way.
   */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopTimer?.();
    while (this.#underWay.size > 0 || this.#turnsUnderWay > 0) {
      await Promise.all([...this.#underWay, this.#untilIdle()]);
    }
  }

  #untilIdle(): Promise<void> {
    if (this.#turnsUnderWay === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #begin(entry: Entry, work: (entry: Entry) => Promise<void>): void {
    this.#queue.delete(entry);
    entry.isBusy = true;
    this.#turnsUnderWay += 1;
    void work(entry).then(() => this.#proceed(entry));
  }

  // What waits for its turn comes before the next look.
  async #proceed(entry: Entry): Promise<void> {
    for (let task = entry.tasks.shift(); task !== undefined; task = entry.tasks.shift()) {
      await task();
    }
    entry.isBusy = false;
    this.#turnsUnderWay -= 1;
    if (this.#turnsUnderWay === 0) this.#onIdle?.();
    if (this.#isStopped || entry.isGone) return;
    const { clock, nextMs } = this.#options;
    const { wantedMs } = entry;
    entry.wantedMs = Number.POSITIVE_INFINITY;
    const nowMs = clock.elapsedMs();
    this.schedule(entry, wantedMs <= nowMs ? nowMs : Math.min(wantedMs, nextMs(entry)));
  }

  #arm(): void {
    const { first } = this.#queue;
    if (first === undefined || first.dueMs >= this.#armedMs) return;
    this.#stopTimer?.();
    this.#armedMs = first.dueMs;
    const { clock } = this.#options;
    this.#stopTimer = clock.after(Math.max(0, first.dueMs - clock.elapsedMs()), this.#fire);
  }

  readonly #fire = (): void => {
    this.#armedMs = Number.POSITIVE_INFINITY;
    const { clock, onTurn } = this.#options;
    const nowMs = clock.elapsedMs();
    for (let begun = 0; begun < STARTS_AT_ONCE; begun += 1) {
      const { first } = this.#queue;
      if (first === undefined || first.dueMs > nowMs) break;
      this.#begin(first, onTurn);
    }
    this.#arm();
  };
}
