const FIRST_BYTES = 4 * 1024;

/** The beginning of what a program prints; the rest is counted and forgotten. */
export class BoundedOutput {
  readonly #limitBytes: number;
  #buffer = Buffer.alloc(0);
  #keptBytes = 0;
  #isTruncated = false;

  /**
   * Holds nothing yet.
   *
   * @param limitBytes - How much is kept.
   */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /**
   * Takes what was printed. It is copied: a program that prints byte by byte would otherwise cost a hundred times its output.
   *
   * @param chunk - Any bytes.
   */
  add(chunk: Uint8Array): void {
    const room = Math.min(chunk.length, this.#limitBytes - this.#keptBytes);
    if (room < chunk.length) this.#isTruncated = true;
    if (room <= 0) return;
    this.#makeRoom(this.#keptBytes + room);
    this.#buffer.set(chunk.subarray(0, room), this.#keptBytes);
    this.#keptBytes += room;
  }

  /**
   * Tells whether anything was left out.
   *
   * @returns True when more was printed than is kept.
   */
  get isTruncated(): boolean {
    return this.#isTruncated;
  }

  /**
   * Reads it as UTF-8.
   *
   * @returns What is no UTF-8 is U+FFFD; a character that the limit cut is left out.
   */
  text(): string {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const kept = this.#buffer.subarray(0, this.#keptBytes);
    return decoder.decode(kept, { stream: this.#isTruncated });
  }

  #makeRoom(neededBytes: number): void {
    if (neededBytes <= this.#buffer.length) return;
    const wantedBytes = Math.max(neededBytes, FIRST_BYTES, 2 * this.#buffer.length);
    const larger = Buffer.alloc(Math.min(wantedBytes, this.#limitBytes));
    larger.set(this.#buffer.subarray(0, this.#keptBytes));
    this.#buffer = larger;
  }
}
