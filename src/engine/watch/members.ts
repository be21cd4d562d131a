import type { WatchSnapshot } from "../../ports/watch-store.ts";
import { firstDelayMs } from "../schedule.ts";
import { decideGone } from "./decide-other.ts";
import { answerWaiters, entryOf, type Entry } from "./entry.ts";
import type { Ledger, LedgerOptions } from "./ledger.ts";
import { changedState, startingState } from "./starting-state.ts";
import type { Subject } from "./subject.ts";
import type { Turns } from "./turns.ts";
import type { Victims } from "./victims.ts";

/** What those who are watched share. */
export interface MembersOptions extends Pick<LedgerOptions, "clock" | "store" | "onStoreFailure"> {
  readonly ledger: Ledger;
  readonly turns: Turns;
  readonly victims: Victims;
  /** Keeps resources from being judged and repaired, until it is disposed. */
  readonly exclude: (names: readonly string[]) => Promise<Disposable>;
}

/** Who is watched: how resources come and go. */
export class Members {
  readonly #options: MembersOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #expiring = new Set<Entry>();

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
   * Those that have a deadline.
   *
   * @returns Entries.
   */
  get expiring(): readonly Entry[] {
    return [...this.#expiring];
  }

  /**
   * Watches these as well. Those that are watched already are watched as they say from now on.
   *
   * @param subjects - What is watched.
   * @param snapshot - What is stored.
   */
  async adopt(subjects: readonly Subject[], snapshot: WatchSnapshot): Promise<void> {
    const { clock, store, onStoreFailure, turns, victims } = this.#options;
    const nowMs = clock.elapsedMs();
    for (const subject of subjects) {
      const known = this.#entries.get(subject.name);
      if (known !== undefined) {
        await this.#exchange(known, subject);
        continue;
      }
      const beginning = startingState(subject, snapshot, clock.now());
      const { changes, state } = beginning;
      if (changes.length > 0) await store.commit(changes).catch(onStoreFailure);
      const delayMs = firstDelayMs(subject.name, subject.policy.intervalMs, subjects.length);
      const entry = entryOf(subject, { ...beginning, gridMs: nowMs + delayMs });
      this.#entries.set(subject.name, entry);
      victims.set(subject.name, state.causedBy);
      if (subject.destroyAt !== null) this.#expiring.add(entry);
      turns.schedule(entry, entry.gridMs);
    }
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
  async clearAway({ states, incidents }: WatchSnapshot): Promise<void> {
    for (const state of states.values()) {
      if (this.#entries.has(state.resource) || state.expiredAt !== null) continue;
      const open = incidents.filter(({ resource }) => resource === state.resource);
      await this.#options.ledger.clearAway(state, open);
    }
  }

  /**
   * Ends the life of a resource whose time is over. What goes wrong is tried again.
   *
   * @param entry - The resource.
   * @param signal - Ends it early.
   */
  async expire(entry: Entry, signal: AbortSignal): Promise<void> {
    const { ledger, exclude, onStoreFailure } = this.#options;
    const { expire, name } = entry.subject;
    if (expire === null) return;
    this.#expiring.delete(entry);
    const exclusion = await exclude([name]);
    try {
      await expire(signal);
    } catch (error) {
      exclusion[Symbol.dispose]();
      if (signal.aborted) return;
      onStoreFailure(error);
      this.#expiring.add(entry);
      return;
    }
    await ledger.expired(entry, "its time was over, and it was destroyed");
    await this.#forget(entry);
  }

  /**
   * Stops watching resources that somebody destroyed: they are not made again until somebody applies.
   *
   * @param names - Which; those that are not watched do not matter.
   */
  async setAside(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const entry = this.#entries.get(name);
      if (entry === undefined) continue;
      await this.#options.ledger.expired(entry, "it was destroyed");
      await this.#forget(entry);
    }
  }

  async #exchange(entry: Entry, subject: Subject): Promise<void> {
    const { turns, ledger, clock } = this.#options;
    await turns.inTurn(entry, async () => {
      const state = changedState(entry.state, subject, clock.now());
      entry.subject = subject;
      if (subject.destroyAt === null) this.#expiring.delete(entry);
      else this.#expiring.add(entry);
      if (state !== entry.state) await ledger.put(entry, state);
    });
  }

  async #forget(entry: Entry): Promise<void> {
    const { turns, ledger, victims } = this.#options;
    await turns.inTurn(entry, async () => {
      entry.isGone = true;
      this.#entries.delete(entry.subject.name);
      this.#expiring.delete(entry);
      victims.set(entry.subject.name, null);
      turns.drop(entry);
      answerWaiters(entry, null, Infinity);
      const decision = decideGone(entry.state, ledger.circumstances(entry, null));
      await ledger.remove(entry, decision);
    });
  }
}
