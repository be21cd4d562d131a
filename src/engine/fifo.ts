/** How much of the front may be used up before it is cut off. */
const SLACK = 1_024;

/** A queue whose `shift` takes the same time at any length, which an array's does not. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  /**
   * How many items wait.
   *
   * @returns A count, 0 or more.
   */
  get size(): number {
    return this.#items.length - this.#head;
  }

  /**
   * Adds an item at the end.
   *
   * @param item - What to add.
   */
  push(item: T): void {
    this.#items.push(item);
  }

  /**
   * Takes the first item.
   *
   * @returns The item that was pushed first; undefined when there is none.
   */
  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (this.#head < this.#items.length) {
      this.#items[this.#head] = undefined;
      this.#head += 1;
    }
    if (this.#head > SLACK && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
