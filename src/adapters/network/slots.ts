import { abortReason } from "../../model/abort.ts";

/** Who goes ahead of whom: all who come for the first time, then those who come again. */
export type Turn = "first" | "again";

/** A limit to how much is done at once; the others wait in the order in which they came. */
export class Slots {
  #free: number;
  readonly #waiting: Readonly<Record<Turn, Set<() => void>>> = {
    first: new Set(),
    again: new Set(),
  };

  /**
   * All are free.
   *
   * @param count - How many there are, 1 or more.
   */
  constructor(count: number) {
    this.#free = count;
  }

  /**
   * Tells whether somebody waits for one.
   *
   * @returns True when none is free, and one more would be taken at once.
   */
  get isAwaited(): boolean {
    return this.#waiting.first.size > 0 || this.#waiting.again.size > 0;
  }

  /**
   * Takes one, as soon as one is free.
   *
   * @param signal - Gives up waiting.
   * @param turn - Whom it goes ahead of.
   * @returns Once it is taken.
   * @throws The signal's reason.
   */
  take(signal: AbortSignal, turn: Turn = "first"): Promise<void> {
    if (signal.aborted) return Promise.reject(abortReason(signal));
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    const waiting = this.#waiting[turn];
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        waiting.delete(enter);
        reject(abortReason(signal));
      };
      const enter = (): void => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      };
      waiting.add(enter);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Gives one back: to whoever has waited longest. */
  give(): void {
    const { first, again } = this.#waiting;
    const waiting = first.size > 0 ? first : again;
    const [next] = waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    waiting.delete(next);
    next();
  }
}
