/** Time. Whatever waits or measures takes one of these, so that a test can hold the hands. */
export interface Clock {
  /** Wall-clock time, in milliseconds since 1970-01-01 UTC. It may jump. */
  readonly now: () => number;
  /** Time that only ever goes forward, in milliseconds from an arbitrary start, with fractions. */
  readonly elapsedMs: () => number;
  /**
   * Calls back once, after a delay.
   *
   * @param delayMs - Milliseconds, 0 or more; any length works, also beyond Node's own limit of 24.8 days.
   * @param callback - What to call; it must not throw.
   * @returns Cancels the call; does nothing once it has been made.
   */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /**
   * Waits.
   *
   * @param delayMs - Milliseconds, 0 or more.
   * @param signal - Ends the wait early: the promise then rejects with the signal's reason.
   */
  readonly sleep: (delayMs: number, signal?: AbortSignal) => Promise<void>;
}
