import type { Clock } from "../../ports/clock.ts";

/** So long a span lasts of which the worst is remembered, in milliseconds. */
const SPAN_MS = 30_000;

/** How late looks begin: the worst of the last minute or so. */
export class Lateness {
  readonly #clock: Pick<Clock, "elapsedMs">;
  #beganMs: number;
  #worstMs = 0;
  #worstBeforeMs = 0;

  /**
   * Begins.
   *
   * @param clock - What it goes by.
   */
  constructor(clock: Pick<Clock, "elapsedMs">) {
    this.#clock = clock;
    this.#beganMs = clock.elapsedMs();
  }

  /**
   * Takes in how late one look began.
   *
   * @param lateMs - In milliseconds.
   */
  add(lateMs: number): void {
    this.#turn();
    if (lateMs > this.#worstMs) this.#worstMs = lateMs;
  }

  /**
   * The worst of the last 30 to 60 seconds.
   *
   * @returns Milliseconds, rounded.
   */
  get worstMs(): number {
    this.#turn();
    return Math.round(Math.max(this.#worstMs, this.#worstBeforeMs));
  }

  #turn(): void {
    const nowMs = this.#clock.elapsedMs();
    if (nowMs - this.#beganMs < SPAN_MS) return;
    const isNext = nowMs - this.#beganMs < 2 * SPAN_MS;
    this.#worstBeforeMs = isNext ? this.#worstMs : 0;
    this.#worstMs = 0;
    this.#beganMs = nowMs;
  }
}
