import type { Look } from "../../model/watch-state.ts";
import { Cancellation } from "../cancellation.ts";
import { Limiter } from "../limiter.ts";
import { withinTimeout } from "../within-timeout.ts";
import { blindLook } from "./blind-look.ts";
import { rootCause } from "./causes.ts";
import { decideLook } from "./decide-look.ts";
import { decideActed } from "./decide-other.ts";
import type { Decision, RepairOrder } from "./decision.ts";
import { nextLookMs } from "./due.ts";
import { answerWaiters, AT_ONCE, type Entry } from "./entry.ts";
import { heldBy } from "./holds.ts";
import { Housekeeping } from "./housekeeping.ts";
import { Members } from "./members.ts";
import { Lateness } from "./lateness.ts";
import { Ledger, type LedgerOptions } from "./ledger.ts";
import type { Subject } from "./subject.ts";
import { Turns } from "./turns.ts";
import { isUneventful } from "./uneventful.ts";
import { Victims } from "./victims.ts";

/** What is watched, and what that takes. */
export interface MonitorOptions extends LedgerOptions {
  readonly subjects: readonly Subject[];
  /** Whether messages are delivered; otherwise they wait for whoever watches next. True by default. */
  readonly isDelivering?: boolean;
  /** Looks under way at once; 20,000 by default. */
  readonly concurrency?: number;
  /** Told of each look, once it is judged; it must not throw. */
  readonly onLook?: (entry: Entry, look: Look, lateMs: number) => void;
}

const DEFAULT_CONCURRENCY = 20_000;

/** One action: fetching an image is the longest. */
const LIMIT_ACTION_MS = 30 * 60_000;

/** Those that failed because of something are looked at this far apart once that is well again, in milliseconds. */
const VICTIMS_GAP_MS = 1;

/** So many hints of one resource are followed at once; after that, one in so many milliseconds. */
const HINTS_AT_ONCE = 5;
const HINT_GAP_MS = 1_000;

/** Watches resources, each on a schedule of its own, and repairs exactly what broke. */
export class Monitor {
  readonly #options: MonitorOptions;
  readonly #controller = new AbortController();
  readonly #cancellation = new Cancellation(this.#controller.signal);
  readonly #limiter: Limiter;
  readonly #turns: Turns;
  readonly #victims = new Victims();
  readonly #members: Members;
  readonly lateness: Lateness;
  readonly ledger: Ledger;

  /**
   * Watches nothing yet.
   *
   * @param options - What is to be watched.
   */
  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#limiter = new Limiter(options.concurrency ?? DEFAULT_CONCURRENCY);
    this.ledger = new Ledger(options, this.#cancellation);
    this.lateness = new Lateness(options.clock);
    this.#turns = new Turns({
      clock: options.clock,
      onTurn: (entry) => this.#look(entry),
      mayHaveTurn: (entry) => this.#mayLook(entry),
      onNoTurn: (entry) => {
        // What is worked on is not looked at before that has ended.
        if (isWorkedOn(entry)) answerWaiters(entry, null, Infinity);
      },
      nextMs: (entry) => this.#nextMs(entry),
    });
    this.#members = new Members({
      ...options,
      ledger: this.ledger,
      turns: this.#turns,
      victims: this.#victims,
      exclude: (names) => this.exclude(names),
    });
  }

  /**
   * What is watched.
   *
   * @returns By name.
   */
  get entries(): ReadonlyMap<string, Entry> {
    return this.#members.entries;
  }

  /**
   * Goes on from what is stored, and watches until it is told to stop.
   *
   * @param signal - Ends it.
   * @returns When nothing of it is under way any more, and everything is written.
   * @throws {@link StateError} When what is stored cannot be read.
   */
  async run(signal: AbortSignal): Promise<void> {
    await this.start();
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else {
        signal.addEventListener(
          "abort",
          () => {
            resolve();
          },
          { once: true },
        );
      }
    });
    await this.stop();
  }

  /**
   * Goes on from what is stored, and begins to watch.
   *
   * @param subjects - What is watched; that of the options by default.
   * @throws {@link StateError} When what is stored cannot be read.
   */
  async start(subjects = this.#options.subjects): Promise<void> {
    const { store } = this.#options;
    const snapshot = await store.watching();
    this.ledger.begin(snapshot);
    await this.#members.adopt(subjects, snapshot);
    await this.#members.clearAway(snapshot);
    if (this.#options.isDelivering !== false) this.#turns.track(this.ledger.outbox.run());
    const household = {
      ledger: this.ledger,
      expiring: () => this.#members.expiring,
      expire: (entry: Entry) => {
        this.#turns.track(this.#members.expire(entry, this.#controller.signal));
      },
      hint: (name: string) => {
        this.hint(name);
      },
      entries: () => this.entries.values(),
    };
    this.#turns.track(new Housekeeping(household, this.#options, this.#cancellation).run());
  }

  /** Ends what is under way, and writes what is still to be written. */
  async stop(): Promise<void> {
    this.#controller.abort(new Error("stopped"));
    for (const entry of this.entries.values()) answerWaiters(entry, null, Infinity);
    await this.#turns.stop();
    await this.ledger.close();
  }

  /**
   * Watches others from now on: what did not change keeps its state and its turn.
   *
   * @param subjects - All that is to be watched.
   */
  async replace(subjects: readonly Subject[]): Promise<void> {
    await this.#members.keepOnly(new Set(subjects.map(({ name }) => name)));
    await this.#members.adopt(subjects, await this.#options.store.watching());
  }

  /**
   * Stops watching resources that somebody destroyed: they are not made again until somebody applies.
   *
   * @param names - Which.
   */
  async setAside(names: readonly string[]): Promise<void> {
    await this.#members.setAside(names);
  }

  /**
   * Brings the next look at a resource forward: something may have changed. Of what changes all the time, few looks come early.
   *
   * @param name - The resource; nothing happens when it is not watched.
   */
  hint(name: string): void {
    const entry = this.entries.get(name);
    if (entry === undefined) return;
    const nowMs = this.#options.clock.elapsedMs();
    const dueMs = Math.max(nowMs, entry.hintsMs - (HINTS_AT_ONCE - 1) * HINT_GAP_MS);
    const comingMs = entry.isBusy ? entry.wantedMs : entry.dueMs;
    const isComing = (entry.isBusy || entry.place >= 0) && comingMs <= dueMs;
    if (isComing) return;
    const latestMs = nowMs + (HINTS_AT_ONCE + 1) * HINT_GAP_MS;
    entry.hintsMs = Math.min(Math.max(entry.hintsMs, nowMs) + HINT_GAP_MS, latestMs);
    this.#turns.schedule(entry, dueMs);
  }

  /**
   * Waits for a look.
   *
   * @param entry - At what.
   * @param sinceMs - It began then or later, on the clock that only goes forward; now by default.
   * @returns What was seen, once it was judged; null when there will be no look.
   */
  lookSince(entry: Entry, sinceMs = this.#options.clock.elapsedMs()): Promise<Look | null> {
    if (entry.isGone || isWorkedOn(entry) || this.#cancellation.reason() !== null)
      return Promise.resolve(null);
    return new Promise((done) => {
      entry.waiters = [...entry.waiters, { sinceMs, done }];
      const isComing = entry.lookingSinceMs !== null && entry.lookingSinceMs >= sinceMs;
      if (!isComing) this.#turns.schedule(entry, this.#options.clock.elapsedMs());
    });
  }

  /**
   * Decides something about a resource in its turn, and does what is ordered.
   *
   * @param entry - The resource.
   * @param decide - Decides.
   * @returns The decision, once it is stored; null when it could not be, or all has ended.
   */
  async decide(entry: Entry, decide: () => Decision | null): Promise<Decision | null> {
    let entered: Decision | null = null;
    await this.#turns.inTurn(entry, async () => {
      const decision = decide();
      if (decision !== null && (await this.#enter(entry, decision, null))) entered = decision;
    });
    return entered;
  }

  /**
   * Keeps resources from being judged and repaired, while something else works on them.
   *
   * @param names - Which; those that are not watched do not matter.
   * @param by - The one of them whose repair it is that works on them, and is not waited for; null for none.
   * @returns To be disposed; given once no look and no other repair of them is under way.
   */
  async exclude(names: readonly string[], by: string | null = null): Promise<Disposable> {
    const entries = names.flatMap((name) => this.entries.get(name) ?? []);
    await Promise.all(
      entries.map(async (entry) => {
        entry.exclusions += 1;
        await this.#turns.inTurn(entry, nothing);
        if (entry.subject.name !== by) await entry.acting;
      }),
    );
    return {
      [Symbol.dispose]: () => {
        for (const entry of entries) {
          entry.exclusions -= 1;
          this.hint(entry.subject.name);
        }
      },
    };
  }

  async #look(entry: Entry): Promise<void> {
    const { clock, onLook, meter } = this.#options;
    const startedMs = clock.elapsedMs();
    const lateMs = Math.max(0, startedMs - entry.dueMs);
    this.lateness.add(lateMs);
    entry.lookingSinceMs = startedMs;
    const turn = this.#limiter.enter();
    if (turn !== null) await turn;
    let look: Look;
    try {
      look = await entry.subject.look(this.#controller.signal);
    } catch (error) {
      look = blindLook(clock.now(), error);
    }
    this.#limiter.leave();
    entry.lookingSinceMs = null;
    const isJudged =
      this.#mayJudge(entry) &&
      (this.#passesOnceMore(entry, look, startedMs) || (await this.#judge(entry, look, startedMs)));
    answerWaiters(entry, isJudged ? look : null, startedMs);
    if (!isJudged) return;
    meter?.looked(entry.subject.name, look, startedMs, lateMs);
    onLook?.(entry, look, lateMs);
  }

  // Nothing is decided, and nothing waited for, where nothing follows.
  #passesOnceMore(entry: Entry, look: Look, startedMs: number): boolean {
    if (!isUneventful(entry, look)) return false;
    entry.look = look;
    entry.lookedMs = startedMs;
    entry.waitUntil = null;
    this.ledger.keep(entry, look);
    this.#releaseVictims(entry.subject.name);
    return true;
  }

  // False when it was not judged after all.
  async #judge(entry: Entry, look: Look, startedMs: number): Promise<boolean> {
    entry.look = look;
    entry.lookedMs = startedMs;
    const cause = await this.#causeOf(entry, look, startedMs);
    // A plan may have begun to work on it meanwhile.
    if (!this.#mayJudge(entry)) return false;
    const decision = decideLook(entry.state, look, this.ledger.circumstances(entry, cause));
    await this.#enter(entry, decision, look);
    return true;
  }

  #mayJudge(entry: Entry): boolean {
    return this.#cancellation.reason() === null && !entry.isGone && entry.exclusions === 0;
  }

  async #causeOf(entry: Entry, look: Look, startedMs: number): Promise<string | null> {
    if (look.verdict !== "fail" || entry.subject.dependsOn.length === 0) return null;
    return await rootCause(entry, startedMs, {
      entry: (name) => this.entries.get(name),
      lookSince: (needed, sinceMs) => this.lookSince(needed, sinceMs),
    });
  }

  async #enter(entry: Entry, decision: Decision, look: Look | null): Promise<boolean> {
    const before = entry.state;
    if (!(await this.ledger.enter(entry, decision, look))) {
      // It is decided again soon, but not all the time.
      entry.waitUntil = this.#options.clock.now() + entry.subject.policy.retryIntervalMs;
      return false;
    }
    entry.waitUntil = decision.waitUntil;
    const { state } = entry;
    const { name } = entry.subject;
    if (state.causedBy !== before.causedBy) {
      this.#victims.set(name, state.causedBy);
      this.#noteVictims(this.entries.get(state.causedBy ?? ""));
    }
    const isWell = look?.verdict === "pass";
    if (isWell) this.#releaseVictims(name);
    else if (state.incidents !== before.incidents) this.#noteVictims(entry);
    if (decision.order !== null) {
      entry.acting = this.#act(entry, decision.order);
      this.#turns.track(entry.acting);
    }
    return true;
  }

  async #act(entry: Entry, { attempt, action, reason }: RepairOrder): Promise<void> {
    const limit = {
      clock: this.#options.clock,
      cancellation: this.#cancellation,
      timeoutMs: LIMIT_ACTION_MS,
      timeoutError: () => new Error(`was not done within ${String(LIMIT_ACTION_MS / 60_000)} min`),
    };
    let end: { readonly detail: string; readonly hasFailed: boolean };
    try {
      const { subject } = entry;
      const detail = await withinTimeout(limit, (signal) =>
        subject.act(action, { signal, reason }),
      );
      end = { detail, hasFailed: false };
    } catch (error) {
      // Whoever starts next finds it interrupted.
      if (this.#cancellation.reason() !== null) return;
      end = { detail: error instanceof Error ? error.message : String(error), hasFailed: true };
    }
    await this.#turns.inTurn(entry, async () => {
      entry.acting = null;
      const circumstances = this.ledger.circumstances(entry, null);
      const decision = decideActed(entry.state, { attempt, ...end }, circumstances);
      const isStored = await this.#enter(entry, decision, null);
      // What was done was done, whether or not it could be written down.
      if (!isStored) Object.assign(entry, { state: decision.state, attempt: decision.attempt });
      entry.wantedMs = AT_ONCE;
    });
  }

  #mayLook(entry: Entry): boolean {
    if (isWorkedOn(entry)) return false;
    if (entry.waiters.length > 0) return true;
    const now = this.#options.clock.now();
    return !heldBy(this.ledger.holds, entry.subject.name, now).isPaused;
  }

  #nextMs(entry: Entry): number {
    const { clock } = this.#options;
    const { gridMs, waitUntil, state, subject } = entry;
    const turn = { gridMs, startedMs: entry.lookedMs, nowMs: clock.elapsedMs() };
    return nextLookMs(state, subject.policy, turn, { now: clock.now(), waitUntil });
  }

  // Many may fail at once: one commit names them all.
  #noteVictims(entry: Entry | undefined): void {
    if (entry === undefined || entry.isNoting) return;
    entry.isNoting = true;
    const note = async (): Promise<void> => {
      entry.isNoting = false;
      const affected = this.#victims.missingIn(entry);
      if (affected !== null) await this.ledger.affect(entry, affected);
    };
    this.#turns.track(this.#turns.inTurn(entry, note));
  }

  #releaseVictims(root: string): void {
    const nowMs = this.#options.clock.elapsedMs();
    for (const [index, name] of this.#victims.of(root).entries()) {
      const victim = this.entries.get(name);
      if (victim !== undefined) this.#turns.schedule(victim, nowMs + index * VICTIMS_GAP_MS);
    }
  }
}

// By a repair, or by a plan.
function isWorkedOn({ acting, exclusions }: Entry): boolean {
  return acting !== null || exclusions > 0;
}

async function nothing(): Promise<void> {
  // Its turn is all that is waited for.
}
