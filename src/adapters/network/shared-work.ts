import { abortReason } from "../../model/abort.ts";

interface Work<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

/** Work that several may wait for, done once at a time for each key. */
export class SharedWork<T> {
  readonly #works = new Map<string, Work<T>>();

  /**
   * Waits for the work under way for a key, or starts it.
   *
   * @param key - What makes two works the same.
   * @param signal - Leaves. When nobody waits any more, the work is stopped.
   * @param start - Does the work, until its signal is aborted.
   * @returns What the work came to.
   * @throws What the work throws, or the signal's reason.
   */
  join(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const work = this.#works.get(key) ?? this.#begin(key, start);
    work.waiting += 1;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        reject(abortReason(signal));
        work.waiting -= 1;
        if (work.waiting > 0) return;
        this.#end(key, work);
        work.controller.abort();
      };
      const leave = (): void => {
        signal.removeEventListener("abort", onAbort);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      work.result.then(resolve, reject).finally(leave);
    });
  }

  /**
   * Stops all works.
   *
   * @param reason - What whoever waits is rejected with.
   * @returns Once they have ended.
   */
  async stopAll(reason: Error): Promise<void> {
    const works = [...this.#works.values()];
    for (const { controller } of works) controller.abort(reason);
    await Promise.allSettled(works.map(({ result }) => result));
  }

  #begin(key: string, start: (signal: AbortSignal) => Promise<T>): Work<T> {
    const controller = new AbortController();
    const work = { result: start(controller.signal), controller, waiting: 0 };
    this.#works.set(key, work);
    const end = (): void => {
      this.#end(key, work);
    };
    work.result.then(end, end);
    return work;
  }

  #end(key: string, work: Work<T>): void {
    if (this.#works.get(key) === work) this.#works.delete(key);
  }
}
