import { SharedWork } from "../network/shared-work.ts";

/**
 * Work that those share who ask in the same turn. Later ones ask anew: what they want to know may have happened after the
 * answer was given.
 */
export class TurnWork<T> {
  readonly #works = new SharedWork<T>();
  #turn = 0;
  #isTurnEnding = false;

  /**
   * Waits for the work of this turn for a key, or starts it.
   *
   * @param key - What makes two works the same.
   * @param signal - Leaves.
   * @param start - Does the work, until its signal is aborted.
   * @returns What the work came to.
   * @throws What the work throws, or the signal's reason.
   */
  async join(
    key: string,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    if (!this.#isTurnEnding) {
      this.#isTurnEnding = true;
      setImmediate(() => {
        this.#turn += 1;
        this.#isTurnEnding = false;
      });
    }
    return await this.#works.join(`${String(this.#turn)} ${key}`, signal, start);
  }
}
