import { systemClock } from "../adapters/system/clock.ts";

/** The end of a whole run: a signal that is aborted when its time has come. */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #stop: () => void;

  /**
   * Starts to count.
   *
   * @param durationMs - Milliseconds above 0, of any length; null for a run that may take as long as it likes.
   */
  constructor(durationMs: number | null) {
    this.#stop =
      durationMs === null
        ? () => undefined
        : systemClock.after(durationMs, () => {
            this.#controller.abort(new Error("the deadline passed"));
          });
  }

  /**
   * What ends the run.
   *
   * @returns A signal that is aborted at the deadline.
   */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Whether it is over.
   *
   * @returns True once the deadline has passed.
   */
  hasPassed(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Stops to count. */
  [Symbol.dispose](): void {
    this.#stop();
  }
}
