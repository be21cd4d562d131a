/** Changes that are under way. Nothing that they work with may go before they have ended, and stand in the audit log. */
export class Changes {
  readonly #running = new Set<Promise<unknown>>();
  readonly #ending = new AbortController();

  /**
   * Tells changes to end that go on when whoever asked for them is gone.
   *
   * @returns Aborted when the server ends, and has waited for them.
   */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /**
   * Remembers a change until it has ended.
   *
   * @param change - Settled when it has; it must not fail.
   */
  add(change: Promise<void>): void {
    this.#running.add(change);
    void change.finally(() => this.#running.delete(change));
  }

  /**
   * Waits for all of them: what takes longer is told to end, and what does not end then is left alone.
   *
   * @param waitMs - How long they are waited for, before and after, in milliseconds.
   */
  async end(waitMs: number): Promise<void> {
    await this.#settled(waitMs);
    this.#ending.abort(new Error("the server ends"));
    await this.#settled(waitMs);
  }

  async #settled(waitMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(resolve, waitMs, undefined);
    await Promise.race([promise, Promise.all(this.#running)]);
    clearTimeout(timer);
  }
}
