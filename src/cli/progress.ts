import type { Output } from "./command.ts";

/** Fast enough to look alive, slow enough to cost nothing. */
const REDRAW_MS = 100;
/** A log keeps every line: only runs of some length get any. */
const LINE_MS = 5_000;
const CLEAR_LINE = "\r\u001b[2K";

/** Tells how far a run has come: on a terminal a line that changes, in a pipe a line every few seconds. */
export class Progress implements Disposable {
  readonly #output: Output;
  readonly #total: number;
  readonly #timer: NodeJS.Timeout;
  #done = 0;
  #unhealthy = 0;
  #isDrawn = false;

  /**
   * Begins to tell.
   *
   * @param output - Where to.
   * @param total - How many results there will be.
   */
  constructor(output: Output, total: number) {
    this.#output = output;
    this.#total = total;
    this.#timer = setInterval(
      () => {
        this.#draw();
      },
      output.isTerminal ? REDRAW_MS : LINE_MS,
    ).unref();
  }

  /**
   * Counts one more result.
   *
   * @param isHealthy - Whether it is a good one.
   */
  add(isHealthy: boolean): void {
    this.#done += 1;
    if (!isHealthy) this.#unhealthy += 1;
  }

  /** Takes the line off the terminal; nothing is told any more. */
  clear(): void {
    clearInterval(this.#timer);
    if (this.#isDrawn && this.#output.isTerminal) this.#output.write(CLEAR_LINE);
    this.#isDrawn = false;
  }

  [Symbol.dispose](): void {
    this.clear();
  }

  #draw(): void {
    const unhealthy = this.#unhealthy === 0 ? "" : `, ${String(this.#unhealthy)} not healthy`;
    const text = `${String(this.#done)} of ${String(this.#total)} checked${unhealthy}`;
    this.#output.write(this.#output.isTerminal ? `${CLEAR_LINE}${text} …` : `${text}\n`);
    this.#isDrawn = true;
  }
}
