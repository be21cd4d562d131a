const FIRST_BYTES = 256;

/** Bytes that come in pieces. Kept in one place, however small the pieces are: a list of them would cost a hundred times more. */
export class ByteBuffer {
  readonly #limitBytes: number;
  #bytes = Buffer.allocUnsafeSlow(0);
  #length = 0;

  /**
   * Starts empty.
   *
   * @param limitBytes - How much is kept, from the beginning.
   */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /**
   * Tells how much is kept.
   *
   * @returns Bytes.
   */
  get length(): number {
    return this.#length;
  }

  /**
   * Copies a piece to the end, as far as the limit allows.
   *
   * @param piece - The piece.
   * @returns False when some of it was left out.
   */
  append(piece: Buffer): boolean {
    const kept = piece.subarray(0, Math.max(0, this.#limitBytes - this.#length));
    const needed = this.#length + kept.length;
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2, FIRST_BYTES));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    kept.copy(this.#bytes, this.#length);
    this.#length = needed;
    return kept.length === piece.length;
  }

  /**
   * Reads all that is kept as UTF-8.
   *
   * @returns Text, with U+FFFD for what is none.
   */
  text(): string {
    return this.#bytes.toString("utf8", 0, this.#length);
  }

  /** Forgets all. The memory stays for what comes next, unless it is much. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > 64 * 1024) this.#bytes = Buffer.allocUnsafeSlow(0);
  }
}
