const FIRST_BYTES = 4 * 1024;

/**
 * Gathers the content of a body. It is one piece of memory that grows: thousands of tiny chunks would cost more to keep than
 * they hold.
 */
export class BodyBuffer {
  readonly #limitBytes: number;
  #memory = Buffer.alloc(0);
  #usedBytes = 0;

  /**
   * Begins empty.
   *
   * @param limitBytes - How much is kept; what comes beyond is passed over.
   */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /**
   * Copies content, as it may be overwritten afterwards.
   *
   * @param content - What comes next.
   */
  readonly append = (content: Buffer): void => {
    const taken = Math.min(content.length, this.#limitBytes - this.#usedBytes);
    const neededBytes = this.#usedBytes + taken;
    if (neededBytes > this.#memory.length) this.#grow(neededBytes);
    content.copy(this.#memory, this.#usedBytes, 0, taken);
    this.#usedBytes = neededBytes;
  };

  /**
   * Everything so far.
   *
   * @returns A view, up to date until more is appended.
   */
  bytes(): Uint8Array {
    return this.#memory.subarray(0, this.#usedBytes);
  }

  #grow(neededBytes: number): void {
    const roomyBytes = Math.max(FIRST_BYTES, neededBytes, this.#memory.length * 2);
    const memory = Buffer.allocUnsafeSlow(Math.min(this.#limitBytes, roomyBytes));
    this.#memory.copy(memory, 0, 0, this.#usedBytes);
    this.#memory = memory;
  }
}
