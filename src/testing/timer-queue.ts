/** Something that is to be called at a time. */
export interface Timer {
  /** In milliseconds of the clock that it belongs to. */
  readonly dueMs: number;
  readonly callback: () => void;
}

/** A timer, and when it came: of two that are due at once, the one that came first is called first. */
interface Entry extends Timer {
  readonly order: number;
}

/** Timers, the next one always at hand: a heap, in which those that were taken away stay until they come up. */
export class TimerQueue {
  readonly #heap: Entry[] = [];
  readonly #waiting = new Set<Timer>();
  #count = 0;

  /**
   * Adds a timer.
   *
   * @param dueMs - When it is due.
   * @param callback - What is to be called.
   * @returns The timer.
   */
  add(dueMs: number, callback: () => void): Timer {
    this.#count += 1;
    const entry: Entry = { dueMs, callback, order: this.#count };
    this.#waiting.add(entry);
    this.#rise(entry);
    return entry;
  }

  /**
   * Takes a timer away; one that is not there is none.
   *
   * @param timer - The timer.
   */
  remove(timer: Timer): void {
    this.#waiting.delete(timer);
  }

  /**
   * Finds the timer that is due next.
   *
   * @returns Null when there is none.
   */
  first(): Timer | null {
    for (;;) {
      const entry = this.#heap[0];
      if (entry === undefined) return null;
      if (this.#waiting.has(entry)) return entry;
      this.#dropFirst();
    }
  }

  /**
   * How many there are.
   *
   * @returns 0 or more.
   */
  get size(): number {
    return this.#waiting.size;
  }

  #rise(entry: Entry): void {
    let index = this.#heap.length;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || isBefore(parent, entry)) break;
      this.#heap[index] = parent;
      index = above;
    }
    this.#heap[index] = entry;
  }

  #dropFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    let index = 0;
    for (;;) {
      const least = this.#lesserBelow(index);
      const entry = least === null ? undefined : this.#heap[least];
      if (least === null || entry === undefined || isBefore(last, entry)) break;
      this.#heap[index] = entry;
      index = least;
    }
    this.#heap[index] = last;
  }

  #lesserBelow(index: number): number | null {
    const left = 2 * index + 1;
    const one = this.#heap[left];
    const other = this.#heap[left + 1];
    if (one === undefined) return null;
    return other === undefined || isBefore(one, other) ? left : left + 1;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);
}
