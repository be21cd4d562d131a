import { abortReason } from "../model/abort.ts";
import type { Clock } from "../ports/clock.ts";

/** Somebody who asked to be told. */
interface Listener {
  readonly tell: (reason: Error) => void;
  /** Its place among the others; -1 when it is not among them any more. */
  place: number;
}

/**
 * Whatever should end when a run is cancelled.
 *
 * One listener on the caller's signal serves any number of checks: a signal keeps its listeners in a list, which makes
 * removing thousands of them quadratic.
 */
export class Cancellation implements Disposable {
  readonly #signal: AbortSignal | undefined;
  // Not a set: where thousands come and go, each table that it has outgrown would keep alive, until the next full collection,
  // whoever was in it then, with all that they hold.
  #listeners: Listener[] = [];
  #reason: Error | null = null;

  /**
   * Follows a signal.
   *
   * @param signal - The caller's; without one, nothing is ever cancelled.
   */
  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /**
   * Why it was cancelled: always the same error, by which a cancelled check is told from a failed one.
   *
   * @returns Null as long as it is not.
   */
  reason(): Error | null {
    if (this.#signal?.aborted === true) this.#reason ??= abortReason(this.#signal);
    return this.#reason;
  }

  /**
   * Goes on only when it has not been cancelled.
   *
   * @throws The signal's reason.
   */
  throwIfCancelled(): void {
    const reason = this.reason();
    if (reason !== null) throw reason;
  }

  /**
   * Asks to be told; the call comes at most once.
   *
   * @param callback - Gets the signal's reason.
   * @returns Takes the request back.
   */
  onCancel(callback: (reason: Error) => void): () => void {
    const listener = { tell: callback, place: this.#listeners.length };
    this.#listeners.push(listener);
    return () => {
      this.#removeAt(listener.place);
      listener.place = -1;
    };
  }

  /**
   * Waits.
   *
   * @param clock - What the wait goes by.
   * @param delayMs - Milliseconds; what is not above 0 is over at once.
   * @returns True when the time has passed, false when it was cancelled first.
   */
  wait(clock: Pick<Clock, "after">, delayMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.reason() !== null) {
        resolve(false);
        return;
      }
      const stopTimer = clock.after(Math.max(0, delayMs), () => {
        stopListening();
        resolve(true);
      });
      const stopListening = this.onCancel(() => {
        stopTimer();
        resolve(false);
      });
    });
  }

  /** Lets go of the signal. */
  [Symbol.dispose](): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#takeAll();
  }

  // The last one takes its place.
  #removeAt(place: number): void {
    if (place < 0) return;
    const last = this.#listeners.pop();
    if (last === undefined || last.place === place) return;
    last.place = place;
    this.#listeners[place] = last;
  }

  #takeAll(): readonly Listener[] {
    const all = this.#listeners;
    this.#listeners = [];
    for (const listener of all) listener.place = -1;
    return all;
  }

  readonly #onAbort = (): void => {
    for (const { tell } of this.#takeAll()) tell(this.reason() ?? new Error("aborted"));
  };
}
