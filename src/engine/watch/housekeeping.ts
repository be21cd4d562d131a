import type { Clock } from "../../ports/clock.ts";
import type { Cancellation } from "../cancellation.ts";
import type { Entry } from "./entry.ts";
import { heldBy } from "./holds.ts";
import type { Ledger, LedgerOptions } from "./ledger.ts";

const TICK_MS = 1_000;
const HOUR_MS = 3_600_000;

/** Wall time and elapsed time may part by so much; beyond, the clock was set. */
const LIMIT_JUMP_MS = 300_000;

/** So long after the full hour history is folded. */
const FOLD_DELAY_MS = 5_000;

/** What housekeeping looks after. */
export interface Household {
  readonly ledger: Ledger;
  /** Those that have a deadline. */
  readonly expiring: () => readonly Entry[];
  /** Ends the life of a resource whose time is over. */
  readonly expire: (entry: Entry) => void;
  /** Something that concerns it has changed. */
  readonly hint: (name: string) => void;
  readonly entries: () => Iterable<Entry>;
}

/** What has to be done now and then: holds end, deadlines pass, the clock is set, history is folded. */
export class Housekeeping {
  readonly #household: Household;
  readonly #options: Pick<LedgerOptions, "clock" | "store" | "onStoreFailure">;
  readonly #cancellation: Cancellation;
  #skewMs: number;
  #foldedAt: number;
  #isFolding = false;

  /**
   * Does nothing yet.
   *
   * @param household - What it looks after.
   * @param options - The time, and the state.
   * @param cancellation - What ends it.
   */
  constructor(
    household: Household,
    options: Pick<LedgerOptions, "clock" | "store" | "onStoreFailure">,
    cancellation: Cancellation,
  ) {
    this.#household = household;
    this.#options = options;
    this.#cancellation = cancellation;
    this.#skewMs = skewMs(options.clock);
    this.#foldedAt = options.clock.now();
  }

  /**
   * Does what has to be done, until it is cancelled.
   *
   * @returns When it was.
   */
  async run(): Promise<void> {
    while (await this.#cancellation.wait(this.#options.clock, TICK_MS)) {
      // Before deadlines: what a jump crossed is not executed.
      await this.#watchClock();
      await this.#endHolds();
      for (const entry of this.#household.expiring()) this.#maybeExpire(entry);
      this.#maybeFold();
    }
  }

  async #watchClock(): Promise<void> {
    const { clock } = this.#options;
    const skew = skewMs(clock);
    const jumpMs = skew - this.#skewMs;
    this.#skewMs = skew;
    if (Math.abs(jumpMs) < LIMIT_JUMP_MS) return;
    const { ledger, expiring } = this.#household;
    const now = clock.now();
    const way = jumpMs > 0 ? "forward" : "back";
    const minutes = Math.round(Math.abs(jumpMs) / 60_000);
    const data = { jumpMs: Math.round(jumpMs) };
    await ledger.tell("clock_jumped", `the clock went ${way} by ${String(minutes)} minutes`, {
      data,
    });
    for (const { subject } of expiring()) {
      const { destroyAt, name } = subject;
      const isCrossed = destroyAt !== null && destroyAt <= now && destroyAt > now - jumpMs;
      if (!isCrossed) continue;
      await ledger.hold({
        kind: "clock",
        resource: name,
        from: now,
        until: null,
        by: "clockwork",
        comment: "its deadline was crossed by a jump of the clock: resume it to confirm",
      });
    }
  }

  async #endHolds(): Promise<void> {
    const now = this.#options.clock.now();
    const { ledger, hint, entries } = this.#household;
    const over = ledger.holds.filter(({ until }) => until !== null && until <= now);
    if (over.length === 0) return;
    await ledger.release(over, "its time is over");
    const names = over.some(({ resource }) => resource === null)
      ? [...entries()].map(({ subject }) => subject.name)
      : over.flatMap(({ resource }) => resource ?? []);
    for (const name of names) hint(name);
  }

  #maybeExpire(entry: Entry): void {
    const { destroyAt, name } = entry.subject;
    const now = this.#options.clock.now();
    if (destroyAt === null || destroyAt > now || entry.exclusions > 0) return;
    if (heldBy(this.#household.ledger.holds, name, now).mayExpire) this.#household.expire(entry);
  }

  #maybeFold(): void {
    const { clock, store, onStoreFailure } = this.#options;
    const now = clock.now();
    const hour = Math.floor((now - FOLD_DELAY_MS) / HOUR_MS);
    if (this.#isFolding || hour <= Math.floor((this.#foldedAt - FOLD_DELAY_MS) / HOUR_MS)) return;
    this.#isFolding = true;
    this.#foldedAt = now;
    void store
      .fold({ now })
      .catch(onStoreFailure)
      .finally(() => {
        this.#isFolding = false;
      });
  }
}

function skewMs(clock: Pick<Clock, "now" | "elapsedMs">): number {
  return clock.now() - clock.elapsedMs();
}
