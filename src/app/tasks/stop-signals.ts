const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** SIGTERM and SIGINT, as a signal for whatever should end then. A second one ends the process as ever. */
export class StopSignals implements Disposable {
  readonly #controller = new AbortController();

  /** Begins to listen. */
  constructor() {
    for (const name of SIGNALS) process.once(name, this.#onSignal);
  }

  /**
   * What ends with them.
   *
   * @returns Aborted once one has come.
   */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Listens no longer. */
  [Symbol.dispose](): void {
    for (const name of SIGNALS) process.off(name, this.#onSignal);
  }

  readonly #onSignal = (name: NodeJS.Signals): void => {
    this.#controller.abort(new Error(`stopped by ${name}`));
    this[Symbol.dispose]();
  };
}
