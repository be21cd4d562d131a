import type { TransportError } from "../../model/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Address } from "../../ports/resolver.ts";

/** The addresses of a name, or why there are none. */
export type Known = readonly Address[] | TransportError;

interface Entry {
  readonly known: Known;
  readonly untilMs: number;
}

/** What was learned about names, each for a time. */
export class DnsCache {
  readonly #clock: Clock;
  readonly #limit: number;
  /** In the order in which they were learned. */
  readonly #entries = new Map<string, Entry>();

  /**
   * Starts empty.
   *
   * @param clock - Tells when an entry has expired.
   * @param limit - How many entries are kept; the oldest makes room for the next.
   */
  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /**
   * Finds what is known.
   *
   * @param name - A name.
   * @returns Null when nothing is, or no longer.
   */
  get(name: string): Known | null {
    const entry = this.#entries.get(name);
    if (entry === undefined) return null;
    if (this.#clock.elapsedMs() < entry.untilMs) return entry.known;
    this.#entries.delete(name);
    return null;
  }

  /**
   * Keeps what was learned.
   *
   * @param name - A name.
   * @param known - Its addresses, or why there are none.
   * @param ttlSeconds - For how long, in seconds.
   */
  set(name: string, known: Known, ttlSeconds: number): void {
    this.#entries.delete(name);
    if (this.#entries.size >= this.#limit) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(name, { known, untilMs: this.#clock.elapsedMs() + ttlSeconds * 1_000 });
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.clear();
  }
}
