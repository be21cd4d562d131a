/** Work that is asked for one by one and done many at once: what comes while a batch is under way goes into the next one. */
export class Batches<T> {
  readonly #carryOut: (items: readonly T[]) => Promise<void>;
  readonly #limit: number;
  readonly #waiting: { readonly item: T; readonly end: PromiseWithResolvers<undefined> }[] = [];
  #isWorking = false;

  /**
   * Does nothing yet.
   *
   * @param carryOut - Does the work of a batch; when it fails, it has for all of them.
   * @param limit - How many make a batch at most.
   */
  constructor(carryOut: (items: readonly T[]) => Promise<void>, limit: number) {
    this.#carryOut = carryOut;
    this.#limit = limit;
  }

  /**
   * Asks for work.
   *
   * @param item - What is to be done.
   * @returns Once it is done: by a batch that was begun after it was asked for.
   */
  async add(item: T): Promise<void> {
    const end = Promise.withResolvers<undefined>();
    this.#waiting.push({ item, end });
    if (!this.#isWorking) void this.#work();
    await end.promise;
  }

  /**
   * Tells whether there is nothing to do.
   *
   * @returns True when there is not.
   */
  get isIdle(): boolean {
    return !this.#isWorking && this.#waiting.length === 0;
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    // Whoever asks in the same turn belongs to the first batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#limit);
      try {
        await this.#carryOut(batch.map(({ item }) => item));
        for (const { end } of batch) end.resolve(undefined);
      } catch (error) {
        for (const { end } of batch) end.reject(error);
      }
    }
    this.#isWorking = false;
  }
}
