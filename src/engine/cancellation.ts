import { abortReason } from "../model/abort.ts";
import type { Clock } from "../ports/clock.ts";

/**
 * Whatever should end when a run is cancelled.
 *
 * One listener on the caller's signal serves any number of checks: a signal keeps its listeners in a list, which makes
 * removing thousands of them quadratic.
 */
export class Cancellation implements Disposable {
  readonly #signal: AbortSignal | undefined;
  readonly #callbacks = new Set<(reason: Error) => void>();
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
    this.#callbacks.add(callback);
    return () => {
      this.#callbacks.delete(callback);
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
    this.#callbacks.clear();
  }

  readonly #onAbort = (): void => {
    const callbacks = [...this.#callbacks];
    this.#callbacks.clear();
    for (const callback of callbacks) callback(this.reason() ?? new Error("aborted"));
  };
}
