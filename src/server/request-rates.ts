import type { Clock } from "../ports/clock.ts";

/** Clients are allowed to save up what they did not use for so many seconds. */
const BURST_SECONDS = 10;

/** Of so many clients it is known what they used lately; beyond, the one that began first begins anew. */
const LIMIT_CLIENTS = 10_000;

interface Bucket {
  /** How many requests are left. */
  left: number;
  /** When that was so, in milliseconds of {@link Clock.elapsedMs}. */
  atMs: number;
}

/** How many requests each client has left: a bucket each, which is filled all the time and emptied by requests. */
export class RequestRates {
  readonly #perSecond: number;
  readonly #clock: Pick<Clock, "elapsedMs">;
  readonly #buckets = new Map<string, Bucket>();

  /**
   * Begins with full buckets.
   *
   * @param perSecond - Requests of one client in a second, on average over ten; 0 for any number.
   * @param clock - What time it is.
   */
  constructor(perSecond: number, clock: Pick<Clock, "elapsedMs">) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /**
   * Takes a request out of a client's bucket.
   *
   * @param client - Who it is.
   * @returns 0 when there was one; otherwise for how many seconds there is none, rounded up.
   */
  take(client: string): number {
    if (this.#perSecond === 0) return 0;
    const bucket = this.#bucketOf(client);
    if (bucket.left < 1) return Math.ceil((1 - bucket.left) / this.#perSecond);
    bucket.left -= 1;
    return 0;
  }

  #bucketOf(client: string): Bucket {
    const atMs = this.#clock.elapsedMs();
    const most = Math.max(1, this.#perSecond * BURST_SECONDS);
    const known = this.#buckets.get(client);
    if (known !== undefined) {
      const gained = ((atMs - known.atMs) / 1_000) * this.#perSecond;
      known.left = Math.min(most, known.left + gained);
      known.atMs = atMs;
      return known;
    }
    const bucket = { left: most, atMs };
    this.#buckets.set(client, bucket);
    if (this.#buckets.size > LIMIT_CLIENTS) this.#forgetFirst();
    return bucket;
  }

  #forgetFirst(): void {
    for (const client of this.#buckets.keys()) {
      this.#buckets.delete(client);
      return;
    }
  }
}
