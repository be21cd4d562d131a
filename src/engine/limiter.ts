import { Fifo } from "./fifo.ts";

/** Lets only so many tasks be under way at once; the others wait in the order in which they came. */
export class Limiter {
  readonly #waiting = new Fifo<() => void>();
  #free: number;

  /**
   * Makes a limiter.
   *
   * @param limit - Tasks under way at once; 1 or more.
   */
  constructor(limit: number) {
    this.#free = limit;
  }

  /**
   * Runs a task when its turn has come.
   *
   * @param task - What to run.
   * @returns What the task returns.
   * @throws Whatever the task throws.
   */
  async run<T>(task: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await task();
    } finally {
      this.leave();
    }
  }

  /**
   * Takes a turn, for those of whom there are so many that a task each is too much. Whoever has it must leave.
   *
   * @returns When the turn has come; null when it has come already.
   */
  enter(): Promise<void> | null {
    if (this.#free === 0) {
      return new Promise<void>((go) => {
        this.#waiting.push(go);
      });
    }
    this.#free -= 1;
    return null;
  }

  /** Gives a turn back. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
