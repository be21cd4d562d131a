import { abortReason } from "../../model/abort.ts";

/** A limit to how much is done at once; the others wait in the order in which they came. */
export class Slots {
  #free: number;
  readonly #waiting = new Set<() => void>();

  /**
   * All are free.
   *
   * @param count - How many there are, 1 or more.
   */
  constructor(count: number) {
    this.#free = count;
  }

  /**
   * Takes one, as soon as one is free.
   *
   * @param signal - Gives up waiting.
   * @returns Once it is taken.
   * @throws The signal's reason.
   */
  take(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(abortReason(signal));
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.delete(enter);
        reject(abortReason(signal));
      };
      const enter = (): void => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      };
      this.#waiting.add(enter);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Gives one back: to whoever has waited longest. */
  give(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
