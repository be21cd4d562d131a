/** Something that has its turn at some time. */
export interface Due {
  /** When it is its turn, in milliseconds. */
  dueMs: number;
  /** Its place in the queue; -1 when it is not in it. Kept by the queue. */
  place: number;
}

/** Things in the order of their turns: a binary heap in which each knows its place, so that a turn can be moved. */
export class DueQueue<T extends Due> {
  readonly #heap: T[] = [];

  /**
   * The one whose turn is next.
   *
   * @returns Undefined when there is none.
   */
  get first(): T | undefined {
    return this.#heap[0];
  }

  /**
   * Sets when something has its turn, whether it is in the queue or not.
   *
   * @param entry - What.
   * @param dueMs - When.
   */
  set(entry: T, dueMs: number): void {
    entry.dueMs = dueMs;
    if (entry.place < 0) entry.place = this.#heap.push(entry) - 1;
    this.#up(entry);
    this.#down(entry);
  }

  /**
   * Takes something out.
   *
   * @param entry - What; nothing happens when it is not in it.
   */
  delete(entry: T): void {
    const { place } = entry;
    if (place < 0) return;
    entry.place = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === entry) return;
    this.#put(last, place);
    this.#up(last);
    this.#down(last);
  }

  #up(entry: T): void {
    for (;;) {
      const parent = this.#heap[(entry.place - 1) >> 1];
      if (entry.place === 0 || parent === undefined || parent.dueMs <= entry.dueMs) return;
      this.#swap(parent, entry);
    }
  }

  #down(entry: T): void {
    for (;;) {
      const left = this.#heap[2 * entry.place + 1];
      const right = this.#heap[2 * entry.place + 2];
      const least =
        right !== undefined && left !== undefined && right.dueMs < left.dueMs ? right : left;
      if (least === undefined || least.dueMs >= entry.dueMs) return;
      this.#swap(entry, least);
    }
  }

  #swap(upper: T, lower: T): void {
    const { place } = upper;
    this.#put(upper, lower.place);
    this.#put(lower, place);
  }

  #put(entry: T, place: number): void {
    this.#heap[place] = entry;
    entry.place = place;
  }
}
