/**
 * The life of a simulated process of ours. It may end at any moment, as by `kill -9`: whatever it was waiting for never comes,
 * and nothing that it still does has an effect.
 */
export class Life {
  #isOver = false;
  #crossings = 0;
  #endsAfter = Infinity;
  readonly #onEnd: () => void;

  /**
   * Begins a life.
   *
   * @param onEnd - Called once, when it ends.
   */
  constructor(onEnd: () => void = nothing) {
    this.#onEnd = onEnd;
  }

  /**
   * Whether it has ended.
   *
   * @returns True from then on.
   */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Ends it. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onEnd();
  }

  /**
   * Ends it after so many more crossings: moments at which it asks the world for something, or is answered.
   *
   * @param crossings - 1 or more.
   */
  endAfter(crossings: number): void {
    this.#endsAfter = this.#crossings + crossings;
  }

  /**
   * Counts a crossing.
   *
   * @returns False when it is dead: nothing may happen any more.
   */
  cross(): boolean {
    this.#crossings += 1;
    if (this.#crossings >= this.#endsAfter) this.end();
    return !this.#isOver;
  }

  /**
   * Waits for the world in the name of this life: once that has ended, the answer never comes.
   *
   * @param answer - What is waited for.
   * @returns The answer, if it comes in time.
   */
  awaiting<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      answer.then(
        (value) => {
          if (this.cross()) resolve(value);
        },
        (error: unknown) => {
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- it is passed on as it came
          if (this.cross()) reject(error);
        },
      );
    });
  }
}

/**
 * Gives a part of the world to a life that may end: its functions have no effect once it has, and what they return never
 * comes.
 *
 * @param of - The part.
 * @param life - The life.
 * @returns The same part, as that life sees it.
 */
export function mortal<T extends object>(of: T, life: Life): T {
  return new Proxy(of, {
    get: (target, key): unknown => {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== "function") return member;
      return (...args: readonly unknown[]): unknown => {
        if (!life.cross()) return new Promise(nothing);
        const answer: unknown = Reflect.apply(member, target, args);
        return answer instanceof Promise ? life.awaiting(answer) : answer;
      };
    },
  });
}

function nothing(): void {
  // Nothing is to be done.
}
