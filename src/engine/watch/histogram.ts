import type { HistogramReading } from "../../ports/watch-meter.ts";

/** Counts values by how great they are. Taking one in allocates nothing. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  readonly #sum = new Float64Array(1);

  /**
   * Nothing is counted yet.
   *
   * @param bounds - The upper bounds of its buckets, in seconds, rising.
   */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  /**
   * Takes in a value.
   *
   * @param seconds - 0 or more.
   */
  add(seconds: number): void {
    let bucket = 0;
    // Most values are small, and there are few buckets.
    while (bucket < this.#bounds.length && seconds > (this.#bounds[bucket] ?? 0)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum[0] = (this.#sum[0] ?? 0) + seconds;
  }

  /**
   * What was counted so far.
   *
   * @returns A copy.
   */
  get reading(): HistogramReading {
    return { bounds: this.#bounds, counts: [...this.#counts], sum: this.#sum[0] ?? 0 };
  }
}
