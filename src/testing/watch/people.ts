import { decideRequested } from "../../engine/watch/decide-other.ts";
import type { Monitor } from "../../engine/watch/monitor.ts";
import type { Clock } from "../../ports/clock.ts";
import type { SeededRandom } from "../seeded-random.ts";
import type { Trace } from "./trace.ts";

/** What people can ask of whoever watches. */
export interface Watched {
  readonly hold: (resource: string | null, kind: HoldKind, forMs: number | null) => Promise<void>;
  readonly release: () => Promise<void>;
  readonly checkNow: (resource: string) => Promise<void>;
  readonly repair: (resource: string) => Promise<void>;
}

type HoldKind = "pause" | "maintenance" | "silence";

const BY = "somebody";
const KINDS: readonly HoldKind[] = ["pause", "maintenance", "maintenance", "silence"];
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/**
 * Lets people ask something of our own monitor, as its control does.
 *
 * @param monitor - The monitor.
 * @param clock - The time.
 * @returns What they can ask.
 */
export function askingOf(monitor: Monitor, clock: Clock): Watched {
  const { ledger, entries } = monitor;
  return {
    hold: async (resource, kind, forMs) => {
      const from = clock.now();
      const until = forMs === null ? null : from + forMs;
      await ledger.hold({ kind, resource, from, until, by: BY, comment: "" });
    },
    release: async () => {
      const held = ledger.holds.filter(({ by }) => by === BY);
      await ledger.release(held, `by ${BY}`);
      for (const name of entries.keys()) monitor.hint(name);
    },
    checkNow: async (resource) => {
      const entry = entries.get(resource);
      if (entry !== undefined) await monitor.lookSince(entry);
    },
    repair: async (resource) => {
      const entry = entries.get(resource);
      if (entry === undefined || (await monitor.lookSince(entry)) === null) return;
      const { causedBy } = entry.state;
      await monitor.decide(entry, () =>
        decideRequested(entry.state, { ...ledger.circumstances(entry, causedBy), by: BY }),
      );
    },
  };
}

/** What people have at hand. */
export interface PeopleParts {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly trace: Trace;
  readonly names: readonly string[];
  /** Null while nobody watches. */
  readonly watched: () => Watched | null;
}

/** People who pause things, repair them by hand, and forget what they have held. */
export class People {
  readonly #parts: PeopleParts;
  #isOver = false;

  /**
   * Begins; they do nothing yet.
   *
   * @param parts - What they have at hand.
   */
  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  /**
   * Lets them begin.
   *
   * @param meanMs - How long it takes on average until somebody does something.
   */
  start(meanMs: number): void {
    const { clock, random } = this.#parts;
    clock.after(random.wait(meanMs), () => {
      if (this.#isOver) return;
      this.#doSomething();
      this.start(meanMs);
    });
  }

  /** Everybody goes home, and nothing stays held. */
  stop(): void {
    this.#isOver = true;
    void this.#parts.watched()?.release();
  }

  #doSomething(): void {
    const { random, names, trace, watched, clock } = this.#parts;
    const asked = watched();
    if (asked === null) return;
    const name = random.pick(names);
    const what = random.next();
    if (what < 0.35) {
      trace.add("world", `somebody wants ${name} repaired`);
      void asked.repair(name);
    } else if (what < 0.55) {
      trace.add("world", `somebody wants ${name} looked at`);
      void asked.checkNow(name);
    } else {
      const resource = random.chance(0.15) ? null : name;
      const kind = random.pick(KINDS);
      const forMs = random.chance(0.7) ? random.between(SECOND_MS, 90 * MINUTE_MS) : null;
      trace.add("world", `somebody holds ${resource ?? "everything"}: ${kind}`);
      void asked.hold(resource, kind, forMs);
      if (forMs !== null) return;
      clock.after(random.between(MINUTE_MS, 3 * 60 * MINUTE_MS), () => {
        void watched()?.release();
      });
    }
  }
}
