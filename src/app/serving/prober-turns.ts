/** A probe that waits for its turn. */
interface Waiting {
  readonly client: string;
  readonly go: () => void;
}

/** How many probes may be under way, and may wait for that. */
export interface TurnLimits {
  readonly running: number;
  readonly waiting: number;
}

/**
 * Lets so many probes be under way at once. Where some have to wait, whoever has the fewest under way is next, so that nobody
 * is kept waiting by somebody else's thousands.
 */
export class Turns {
  readonly #limits: TurnLimits;
  readonly #running = new Map<string, number>();
  readonly #waiting: Waiting[] = [];
  #count = 0;

  /**
   * Makes it.
   *
   * @param limits - How many.
   */
  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /**
   * Takes a turn; whoever has it must {@link leave}.
   *
   * @param client - Whose it is.
   * @param signal - Gives up waiting.
   * @returns True when the turn has come, false when too many wait, or this one gave up.
   */
  async enter(client: string, signal: AbortSignal): Promise<boolean> {
    if (this.#count < this.#limits.running) {
      this.#begin(client);
      return true;
    }
    if (this.#waiting.length >= this.#limits.waiting || signal.aborted) return false;
    return await new Promise<boolean>((resolve) => {
      const waiting = {
        client,
        go: () => {
          signal.removeEventListener("abort", onAbort);
          resolve(true);
        },
      };
      const onAbort = (): void => {
        const place = this.#waiting.indexOf(waiting);
        if (place !== -1) this.#waiting.splice(place, 1);
        resolve(false);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(waiting);
    });
  }

  /**
   * Gives a turn back.
   *
   * @param client - Whose it was.
   */
  leave(client: string): void {
    this.#count -= 1;
    const left = (this.#running.get(client) ?? 1) - 1;
    if (left === 0) this.#running.delete(client);
    else this.#running.set(client, left);
    const next = this.#takeNext();
    if (next === null) return;
    this.#begin(next.client);
    next.go();
  }

  #begin(client: string): void {
    this.#count += 1;
    this.#running.set(client, (this.#running.get(client) ?? 0) + 1);
  }

  #takeNext(): Waiting | null {
    let best = -1;
    let fewest = Infinity;
    for (const [place, { client }] of this.#waiting.entries()) {
      const running = this.#running.get(client) ?? 0;
      if (running >= fewest) continue;
      best = place;
      fewest = running;
    }
    return best === -1 ? null : (this.#waiting.splice(best, 1)[0] ?? null);
  }
}
