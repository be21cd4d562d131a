import { abortReason } from "../model/abort.ts";

/**
 * Whatever should end when a run is cancelled.
 *
 * One listener on the caller's signal serves any number of checks: a signal keeps its listeners in a list, which makes
 * removing thousands of them quadratic.
 */
export class Cancellation implements Disposable {
  readonly #signal: AbortSignal | undefined;
  readonly #callbacks = new Set<(reason: Error) => void>();

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
   * Why it was cancelled.
   *
   * @returns Null as long as it is not.
   */
  reason(): Error | null {
    return this.#signal?.aborted === true ? abortReason(this.#signal) : null;
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
