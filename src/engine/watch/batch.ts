import type { ResultRow } from "../../model/history.ts";
import type { WatchState } from "../../model/watch-state.ts";
import type { Clock } from "../../ports/clock.ts";
import type { WatchStore } from "../../ports/watch-store.ts";

/** So long results wait for others, in milliseconds. */
const DELAY_MS = 50;

/** So many are handed on at once. */
const LIMIT_ROWS = 1_000;

/** Gathers results and counters, and hands them to the store many at a time. */
export class Batch {
  readonly #store: Pick<WatchStore, "record">;
  readonly #clock: Pick<Clock, "after">;
  readonly #onLost: (count: number) => void;
  #lost = 0;
  #results: ResultRow[] = [];
  readonly #states = new Map<string, WatchState>();
  #stopTimer: (() => void) | null = null;

  /**
   * Begins empty.
   *
   * @param store - What takes them.
   * @param clock - What the delay goes by.
   * @param onLost - Told how many results were lost, as the store had no room for them, once it has room again.
   */
  constructor(
    store: Pick<WatchStore, "record">,
    clock: Pick<Clock, "after">,
    onLost: (count: number) => void = ignore,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#onLost = onLost;
  }

  /**
   * Adds a result.
   *
   * @param result - The result.
   * @param state - What is believed since, where that changed; null otherwise.
   */
  add(result: ResultRow, state: WatchState | null): void {
    this.#results.push(result);
    if (state !== null) this.#states.set(state.resource, state);
    if (this.#results.length >= LIMIT_ROWS) this.flush();
    else this.#stopTimer ??= this.#clock.after(DELAY_MS, this.flush);
  }

  /**
   * Forgets a state, as a commit has stored a later one.
   *
   * @param resource - Whose.
   */
  drop(resource: string): void {
    this.#states.delete(resource);
  }

  /**
   * Adds what is believed, where that can wait for the next batch.
   *
   * @param state - What.
   */
  put(state: WatchState): void {
    this.#states.set(state.resource, state);
    this.#stopTimer ??= this.#clock.after(DELAY_MS, this.flush);
  }

  /** Hands on what there is. */
  readonly flush = (): void => {
    this.#stopTimer?.();
    this.#stopTimer = null;
    if (this.#results.length === 0 && this.#states.size === 0) return;
    const results = this.#results;
    const isTaken = this.#store.record({ results, states: [...this.#states.values()] });
    this.#results = [];
    this.#states.clear();
    this.#count(isTaken ? 0 : results.length);
  };

  #count(lost: number): void {
    this.#lost += lost;
    if (lost > 0 || this.#lost === 0) return;
    const count = this.#lost;
    this.#lost = 0;
    this.#onLost(count);
  }
}

function ignore(): void {
  // Nobody wants to know.
}
