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
  /** When its next turn is, once something was done; milliseconds of the clock that only goes forward. */
  readonly nextMs: (entry: Entry) => number;
}

/** Gives each resource its turn: one at a time for each, all of them side by side. */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #queue = new DueQueue<Entry>();
  readonly #underWay = new Set<Promise<void>>();
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
   * Sets the next turn of an entry. While it is busy, it has another turn right after.
   *
   * @param entry - Whose.
   * @param dueMs - When.
   */
  schedule(entry: Entry, dueMs: number): void {
    if (this.#isStopped || entry.isGone) return;
    if (entry.isBusy) {
      entry.isWantedAgain = true;
      return;
    }
    if (!this.#options.mayHaveTurn(entry)) {
      this.#queue.delete(entry);
      return;
    }
    this.#queue.set(entry, dueMs);
    this.#arm();
  }

  /**
   * Does something to an entry in its turn: no look and no other decision is under way meanwhile.
   *
   * @param entry - Whose turn it is.
   * @param task - What is done; it must not reject.
   * @returns When it is done; also when it never will be, as all has ended.
   */
  inTurn(entry: Entry, task: () => Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const whole = async (): Promise<void> => {
      if (!this.#isStopped) await task();
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
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #begin(entry: Entry, work: () => Promise<void>): void {
    this.#queue.delete(entry);
    entry.isBusy = true;
    this.track(work().then(() => this.#proceed(entry)));
  }

  // What waits for its turn comes before the next look.
  async #proceed(entry: Entry): Promise<void> {
    for (let task = entry.tasks.shift(); task !== undefined; task = entry.tasks.shift()) {
      await task();
    }
    entry.isBusy = false;
    if (this.#isStopped || entry.isGone) return;
    const { clock, nextMs } = this.#options;
    this.schedule(entry, entry.isWantedAgain ? clock.elapsedMs() : nextMs(entry));
    entry.isWantedAgain = false;
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
      this.#begin(first, () => onTurn(first));
    }
    this.#arm();
  };
}
