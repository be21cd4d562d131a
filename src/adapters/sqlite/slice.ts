/** Long enough to get on, short enough for whoever waits. */
const SLICE_MS = 5;

/** A short time, from now on. */
export class Slice {
  readonly #endMs = performance.now() + SLICE_MS;

  /**
   * Tells whether it is over.
   *
   * @returns True then.
   */
  get isOver(): boolean {
    return performance.now() >= this.#endMs;
  }
}
