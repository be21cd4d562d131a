/** Groups that live. They do not hear of Ctrl-C, so whoever leaves by `process.exit()` would leave them behind. */
const living = new Set<ProcessGroup>();

function killAll(): void {
  for (const group of living) group.kill();
}

/** A process that was started `detached`, with all that it starts unless they leave its group. */
export class ProcessGroup {
  readonly #id: number;

  /**
   * From now on it ends when this process exits.
   *
   * @param id - The id of the process that leads it.
   */
  constructor(id: number) {
    this.#id = id;
    if (living.size === 0) process.on("exit", killAll);
    living.add(this);
  }

  /** Ends all that are left of it, by a signal that none can ignore. */
  kill(): void {
    // 0 and -1 would mean ourselves and everybody.
    if (!Number.isSafeInteger(this.#id) || this.#id <= 1) return;
    try {
      process.kill(-this.#id, "SIGKILL");
    } catch {
      // Nobody is left, or nobody that we may end.
    }
  }

  /** Forgets it: its leader has ended, and its id may soon be another's. */
  release(): void {
    living.delete(this);
    if (living.size === 0) process.off("exit", killAll);
  }
}
