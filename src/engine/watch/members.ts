import type { WatchState } from "../../model/watch-state.ts";
import type { WatchChange, WatchSnapshot } from "../../ports/watch-store.ts";
import { firstDelayMs } from "../schedule.ts";
import { decideGone } from "./decide-other.ts";
import { answerWaiters, entryOf, type Entry } from "./entry.ts";
import { leftoversIn } from "./leftovers.ts";
import type { Ledger, LedgerOptions } from "./ledger.ts";
import { changedState, startingState, storedByResource } from "./starting-state.ts";
import type { Subject } from "./subject.ts";
import type { Turns } from "./turns.ts";
import type { Victims } from "./victims.ts";

/** What those who are watched share. */
export interface MembersOptions extends Pick<
  LedgerOptions,
  "clock" | "store" | "onStoreFailure" | "meter"
> {
  readonly ledger: Ledger;
  readonly turns: Turns;
  readonly victims: Victims;
  /** Keeps resources from being judged and repaired, until it is disposed. */
  readonly exclude: (names: readonly string[]) => Promise<Disposable>;
}

/** A resource that could not be destroyed is left alone for so long, in milliseconds. */
const EXPIRE_AGAIN_MS = 60_000;

/** So many resources begin with one commit. */
const BEGINNINGS_AT_ONCE = 500;

/** Who is watched: how resources come and go. */
export class Members {
  readonly #options: MembersOptions;
  readonly #entries = new Map<string, Entry>();
  /** With the time before which it is not tried, on the clock that only goes forward. */
  readonly #expiring = new Map<Entry, number>();

  /**
   * Nobody is watched yet.
   *
   * @param options - What they share.
   */
  constructor(options: MembersOptions) {
    this.#options = options;
  }

  /**
   * All that are watched.
   *
   * @returns By name.
   */
  get entries(): ReadonlyMap<string, Entry> {
    return this.#entries;
  }

  /**
   * Those that have a deadline, and may be destroyed.
   *
   * @returns Entries.
   */
  get expiring(): readonly Entry[] {
    const nowMs = this.#options.clock.elapsedMs();
    return [...this.#expiring].flatMap(([entry, notBeforeMs]) =>
      notBeforeMs <= nowMs ? [entry] : [],
    );
  }

  /**
   * Watches these as well. Those that are watched already are watched as they say from now on.
   *
   * @param subjects - What is watched.
   * @param snapshot - What is stored.
   */
  async adopt(subjects: readonly Subject[], snapshot: WatchSnapshot): Promise<void> {
    const known = subjects.flatMap((subject) => {
      const entry = this.#entries.get(subject.name);
      return entry === undefined ? [] : [{ entry, subject }];
    });
    const fresh = subjects.filter(({ name }) => !this.#entries.has(name));
    // Whoever is being looked at just now holds up no other.
    const exchanging = known.map(({ entry, subject }) =>
      this.#exchange(entry, subject, known.length),
    );
    await Promise.all([this.#begin(fresh, snapshot), ...exchanging]);
  }

  /**
   * Stops watching all others: their incidents are closed.
   *
   * @param names - Those that are kept.
   */
  async keepOnly(names: ReadonlySet<string>): Promise<void> {
    const gone = [...this.#entries.values()].filter(({ subject }) => !names.has(subject.name));
    await Promise.all(gone.map((entry) => this.#forget(entry)));
  }

  /**
   * Forgets what is stored of what is not watched any more; its incidents are closed.
   *
   * @param snapshot - What is stored.
   */
  async clearAway(snapshot: WatchSnapshot): Promise<void> {
    const leftovers = leftoversIn(snapshot, (name) => this.#entries.has(name));
    await this.#options.ledger.clearAway(leftovers);
  }

  /**
   * Ends the life of a resource whose time is over. What goes wrong is tried again.
   *
   * @param entry - The resource.
   * @param signal - Ends it early.
   */
  async expire(entry: Entry, signal: AbortSignal): Promise<void> {
    const { ledger, exclude, clock, onStoreFailure } = this.#options;
    const { expire, name } = entry.subject;
    if (expire === null) return;
    this.#expiring.delete(entry);
    const exclusion = await exclude([name]);
    try {
      // Before it is touched: whoever is killed right after does not make it again.
      if (await this.#setAside(entry, true)) {
        await expire(signal);
        await ledger.tell("expired", "its time was over, and it was destroyed", { resource: name });
        await this.#forget(entry);
        return;
      }
    } catch (error) {
      // Whoever starts next finds out how far it came.
      if (signal.aborted) return;
      onStoreFailure(error);
      await this.#setAside(entry, false);
    }
    exclusion[Symbol.dispose]();
    if (!entry.isGone) this.#expiring.set(entry, clock.elapsedMs() + EXPIRE_AGAIN_MS);
  }

  /**
   * Stops watching resources that somebody destroyed: they are not made again until somebody applies.
   *
   * @param names - Which; those that are not watched do not matter.
   */
  async setAside(names: readonly string[]): Promise<void> {
    const entries = names.flatMap((name) => this.#entries.get(name) ?? []);
    await Promise.all(
      entries.map(async (entry) => {
        await this.#setAside(entry, true);
        const { name } = entry.subject;
        await this.#options.ledger.tell("expired", "it was destroyed", { resource: name });
        await this.#forget(entry);
      }),
    );
  }

  async #begin(subjects: readonly Subject[], snapshot: WatchSnapshot): Promise<void> {
    const { clock, meter } = this.#options;
    const stored = storedByResource(snapshot);
    for (let first = 0; first < subjects.length; first += BEGINNINGS_AT_ONCE) {
      const beginnings = subjects.slice(first, first + BEGINNINGS_AT_ONCE).map((subject) => {
        const beginning = startingState(subject, stored, clock.now());
        return { subject, beginning };
      });
      await this.#store(beginnings.flatMap(({ beginning }) => beginning.changes));
      const nowMs = clock.elapsedMs();
      for (const { subject, beginning } of beginnings) {
        const delayMs = firstDelayMs(subject.name, subject.policy.intervalMs, subjects.length);
        this.#enter(entryOf(subject, { ...beginning, gridMs: nowMs + delayMs }));
        meter?.stored(beginning.changes);
      }
    }
  }

  #enter(entry: Entry): void {
    const { turns, victims, meter } = this.#options;
    const { subject, state, gridMs } = entry;
    meter?.began(subject.name, state.failures);
    this.#entries.set(subject.name, entry);
    victims.set(subject.name, state.causedBy);
    this.#await(entry);
    turns.schedule(entry, gridMs);
  }

  #await(entry: Entry): void {
    if (entry.subject.destroyAt === null) this.#expiring.delete(entry);
    else this.#expiring.set(entry, Number.NEGATIVE_INFINITY);
  }

  // What can be found out again is watched, whether or not it could be stored.
  async #store(changes: readonly WatchChange[]): Promise<void> {
    const { store, onStoreFailure } = this.#options;
    if (changes.length > 0) await store.commit(changes).catch(onStoreFailure);
  }

  async #setAside(entry: Entry, isExpired: boolean): Promise<boolean> {
    const { turns, ledger } = this.#options;
    let isStored = false;
    await turns.inTurn(entry, async () => {
      isStored = await ledger.setAside(entry, isExpired);
    });
    return isStored;
  }

  async #exchange(entry: Entry, subject: Subject, count: number): Promise<void> {
    const { turns, ledger, clock, meter } = this.#options;
    await turns.inTurn(entry, () => {
      const state = changedState(entry.state, subject, clock.now());
      const isOther = entry.subject.specHash !== subject.specHash;
      const isKeptOtherwise = !isSamePolicy(entry.subject, subject);
      entry.subject = subject;
      meter?.began(subject.name, state.failures);
      this.#await(entry);
      if (state !== entry.state) ledger.put(entry, state);
      if (isOther) {
        // It is looked at soon: another thing has to hold by now.
        const { intervalMs } = subject.policy;
        const delayMs = firstDelayMs(subject.name, intervalMs, count);
        entry.gridMs = clock.elapsedMs() + delayMs - intervalMs;
      }
      // Whether it is repaired may be another question by now.
      if (isKeptOtherwise && !isWell(state)) turns.schedule(entry, clock.elapsedMs());
      return Promise.resolve();
    });
  }

  async #forget(entry: Entry): Promise<void> {
    const { turns, ledger, victims, meter } = this.#options;
    await turns.inTurn(entry, async () => {
      entry.isGone = true;
      this.#entries.delete(entry.subject.name);
      meter?.ended(entry.subject.name);
      this.#expiring.delete(entry);
      victims.set(entry.subject.name, null);
      turns.drop(entry);
      answerWaiters(entry, null, Infinity);
      const decision = decideGone(entry.state, ledger.circumstances(entry, null));
      await ledger.remove(entry, decision);
    });
  }
}

function isSamePolicy(before: Subject, after: Subject): boolean {
  return JSON.stringify(before.policy) === JSON.stringify(after.policy);
}

function isWell({ health, sync }: WatchState): boolean {
  return health !== "unhealthy" && sync !== "drifted" && sync !== "missing";
}
