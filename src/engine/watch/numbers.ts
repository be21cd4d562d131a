/** The next id of each thing that has one. */
export interface Numbers {
  readonly incident: number;
  readonly repair: number;
  readonly event: number;
  readonly message: number;
}

/** Gives out ids, and tells in the end which come next. */
export class Numbering {
  #next: Numbers;

  /**
   * Begins.
   *
   * @param next - The next id of each.
   */
  constructor(next: Numbers) {
    this.#next = next;
  }

  /**
   * The ids that come next.
   *
   * @returns One of each.
   */
  get next(): Numbers {
    return this.#next;
  }

  /**
   * Takes an id.
   *
   * @param of - Of what.
   * @returns It.
   */
  take(of: keyof Numbers): number {
    const id = this.#next[of];
    this.#next = { ...this.#next, [of]: id + 1 };
    return id;
  }
}
