/** Work that several wait for: it is done once, and ends early when nobody waits any more. */
export class SharedWork<Key extends object, T> {
  readonly #work: (key: Key, signal: AbortSignal) => Promise<T>;
  readonly #running = new WeakMap<Key, Running<T>>();

  /**
   * Does nothing yet.
   *
   * @param work - What is done for a key.
   */
  constructor(work: (key: Key, signal: AbortSignal) => Promise<T>) {
    this.#work = work;
  }

  /**
   * Waits for the work that is under way, or begins it.
   *
   * @param key - For what.
   * @param signal - Ends the wait; the work ends when all have given up.
   * @returns What it gives.
   */
  async join(key: Key, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const running = this.#running.get(key) ?? this.#begin(key);
    running.waiting += 1;
    const gone = Promise.withResolvers<never>();
    const giveUp = (): void => {
      gone.reject(signal.reason);
    };
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      return await Promise.race([running.result, gone.promise]);
    } finally {
      signal.removeEventListener("abort", giveUp);
      running.waiting -= 1;
      if (running.waiting === 0) this.#end(key, running);
    }
  }

  #begin(key: Key): Running<T> {
    const controller = new AbortController();
    const result = this.#work(key, controller.signal);
    const running = { result, controller, waiting: 0 };
    this.#running.set(key, running);
    const end = (): void => {
      this.#end(key, running);
    };
    result.then(end, end);
    return running;
  }

  #end(key: Key, running: Running<T>): void {
    if (this.#running.get(key) === running) this.#running.delete(key);
    running.controller.abort(new Error("nobody waits for it any more"));
  }
}

interface Running<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}
