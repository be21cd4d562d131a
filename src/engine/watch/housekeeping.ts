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
  /** When history was folded last, or this began. */
  #foldedAt: number;
  #hasFolded = false;
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
    this.#foldedAt = options.clock.now();
    this.#skewMs = skewMs(options.clock, this.#foldedAt);
  }

  /**
   * Does what has to be done, until it is cancelled.
   *
   * @returns When it was.
   */
  async run(): Promise<void> {
    const { clock } = this.#options;
    while (await this.#cancellation.wait(clock, TICK_MS)) {
      // All of it goes by the same moment: what a jump crosses meanwhile is seen the next time.
      const now = clock.now();
      const isTrue = await this.#watchClock(now);
      await this.#endHolds(now);
      // What a jump crossed is not executed, also when that could not be stored.
      if (isTrue) for (const entry of this.#household.expiring()) this.#maybeExpire(entry, now);
      this.#maybeFold(now);
    }
  }

  // False when the clock went so far that it matters, and that could not be stored: it is seen again the next time.
  async #watchClock(now: number): Promise<boolean> {
    const skew = skewMs(this.#options.clock, now);
    const jumpMs = skew - this.#skewMs;
    if (Math.abs(jumpMs) > LIMIT_JUMP_MS && !(await this.#takeJump(now, jumpMs))) return false;
    this.#skewMs = skew;
    return true;
  }

  async #takeJump(now: number, jumpMs: number): Promise<boolean> {
    const { ledger, expiring } = this.#household;
    const way = jumpMs > 0 ? "forward" : "back";
    const minutes = Math.round(Math.abs(jumpMs) / 60_000);
    const text = `the clock went ${way} by ${String(minutes)} minutes`;
    const data = { jumpMs: Math.round(jumpMs) };
    if ((await ledger.tell("clock_jumped", text, { data })) === null) return false;
    await this.#releaseAhead(now);
    for (const { subject } of expiring()) {
      const { destroyAt, name } = subject;
      const isCrossed = destroyAt !== null && destroyAt <= now && destroyAt > now - jumpMs;
      if (isCrossed && !this.#isHeld(name) && !(await this.#hold(name, now))) return false;
    }
    return true;
  }

  #isHeld(name: string): boolean {
    const { holds } = this.#household.ledger;
    return holds.some(({ kind, resource }) => kind === "clock" && resource === name);
  }

  async #hold(resource: string, from: number): Promise<boolean> {
    const hold = await this.#household.ledger.hold({
      kind: "clock",
      resource,
      from,
      until: null,
      by: "clockwork",
      comment: "its deadline was crossed by a jump of the clock: resume it to confirm",
    });
    return hold !== null;
  }

  // A clock that was set right again has crossed nothing.
  async #releaseAhead(now: number): Promise<void> {
    const { ledger, expiring } = this.#household;
    const ahead = expiring().filter(({ subject }) => (subject.destroyAt ?? now) > now);
    const names: ReadonlySet<string | null> = new Set(ahead.map(({ subject }) => subject.name));
    const over = ledger.holds.filter(
      ({ kind, resource }) => kind === "clock" && names.has(resource),
    );
    await ledger.release(over, "its deadline is ahead again");
  }

  async #endHolds(now: number): Promise<void> {
    const { ledger, hint, entries } = this.#household;
    const over = ledger.holds.filter(({ until }) => until !== null && until <= now);
    // Those that could not be ended yet are so the next time.
    const ended = await ledger.release(over, "its time is over");
    const names = ended.some(({ resource }) => resource === null)
      ? [...entries()].map(({ subject }) => subject.name)
      : ended.flatMap(({ resource }) => resource ?? []);
    for (const name of names) hint(name);
  }

  #maybeExpire(entry: Entry, now: number): void {
    const { destroyAt, name } = entry.subject;
    if (destroyAt === null || destroyAt > now || entry.exclusions > 0) return;
    if (heldBy(this.#household.ledger.holds, name, now).mayExpire) this.#household.expire(entry);
  }

  #maybeFold(now: number): void {
    const { store, onStoreFailure } = this.#options;
    // Another one, also when the clock was set back; and soon after the start, as what ran before may have left something.
    const isNext = foldHour(now) !== foldHour(this.#foldedAt);
    const isFirst = !this.#hasFolded && now - this.#foldedAt >= FOLD_DELAY_MS;
    if (this.#isFolding || !(isNext || isFirst)) return;
    this.#isFolding = true;
    this.#hasFolded = true;
    this.#foldedAt = now;
    void store
      .fold({ now })
      .catch(onStoreFailure)
      .finally(() => {
        this.#isFolding = false;
      });
  }
}

function foldHour(at: number): number {
  return Math.floor((at - FOLD_DELAY_MS) / HOUR_MS);
}

function skewMs({ elapsedMs }: Pick<Clock, "elapsedMs">, now: number): number {
  return now - elapsedMs();
}
