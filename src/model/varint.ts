/** Writes whole numbers one after the other, small ones in little room: seven bits a byte, the lowest first. */
export class ByteWriter {
  #bytes = new Uint8Array(64);
  #length = 0;

  /**
   * Appends a number.
   *
   * @param value - A safe integer that is not negative.
   */
  count(value: number): void {
    let left = value;
    while (left >= 128) {
      this.#byte((left % 128) + 128);
      left = Math.floor(left / 128);
    }
    this.#byte(left);
  }

  /**
   * Appends a number that may be negative: small ones of either sign take little room.
   *
   * @param value - An integer whose double is safe.
   */
  signed(value: number): void {
    this.count(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /**
   * Gives what was written.
   *
   * @returns A copy.
   */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }
}

/** Reads what a {@link ByteWriter} wrote, or whatever else stands there: then it {@link ByteReader.isDamaged}. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #isDamaged = false;

  /**
   * Begins at the first byte.
   *
   * @param bytes - What to read.
   */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * Tells whether all is read.
   *
   * @returns True at the end, and once something was wrong.
   */
  get isAtEnd(): boolean {
    return this.#isDamaged || this.#at >= this.#bytes.length;
  }

  /**
   * Tells whether something was no number.
   *
   * @returns True from then on.
   */
  get isDamaged(): boolean {
    return this.#isDamaged;
  }

  /**
   * Reads a number.
   *
   * @returns It; 0 when there is none.
   */
  count(): number {
    let value = 0;
    let place = 1;
    for (;;) {
      const byte = this.#bytes[this.#at];
      this.#at += 1;
      if (byte === undefined) return this.#damage();
      value += (byte % 128) * place;
      if (value > Number.MAX_SAFE_INTEGER) return this.#damage();
      if (byte < 128) return value;
      place *= 128;
    }
  }

  /**
   * Reads a number that may be negative.
   *
   * @returns It; 0 when there is none.
   */
  signed(): number {
    const value = this.count();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #damage(): number {
    this.#isDamaged = true;
    return 0;
  }
}
