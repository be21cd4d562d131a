import type { Clock } from "../../ports/clock.ts";

/** The wall clock may be set meanwhile. */
const LONGEST_WAIT_MS = 60_000;

/** Calls back when the earliest of several moments is over. */
export class Expiry implements Disposable {
  readonly #clock: Pick<Clock, "now" | "after">;
  readonly #onOver: () => void;
  #earliest = Infinity;
  #cancel: (() => void) | null = null;

  /**
   * Waits for nothing yet.
   *
   * @param clock - The time.
   * @param onOver - Called once for the earliest moment; the others are forgotten then.
   */
  constructor(clock: Pick<Clock, "now" | "after">, onOver: () => void) {
    this.#clock = clock;
    this.#onOver = onOver;
  }

  /**
   * Waits for a moment, too.
   *
   * @param moment - In milliseconds since 1970-01-01 UTC; what ends then is over after it. Infinity for never.
   */
  at(moment: number): void {
    if (moment >= this.#earliest) return;
    this.#earliest = moment;
    this.#wait();
  }

  /** Waits for nothing any more. */
  clear(): void {
    this.#earliest = Infinity;
    this.#cancel?.();
    this.#cancel = null;
  }

  [Symbol.dispose](): void {
    this.clear();
  }

  #wait(): void {
    this.#cancel?.();
    const leftMs = this.#earliest - this.#clock.now() + 1;
    this.#cancel = this.#clock.after(Math.min(Math.max(leftMs, 1), LONGEST_WAIT_MS), () => {
      if (this.#clock.now() <= this.#earliest) {
        this.#wait();
        return;
      }
      this.clear();
      this.#onOver();
    });
  }
}
