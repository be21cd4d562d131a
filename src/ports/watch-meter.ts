import type { Verdict } from "../model/verdict.ts";

/** A histogram, as Prometheus has it. */
export interface HistogramReading {
  /** The upper bounds of its buckets, in seconds, rising; the last one, infinity, is left out. */
  readonly bounds: readonly number[];
  /** How many values each bucket holds, those of smaller ones left out; one more than bounds. */
  readonly counts: readonly number[];
  /** In seconds. */
  readonly sum: number;
}

/** What is counted of one resource since watching began. */
export interface ResourceReading {
  readonly results: Readonly<Record<Verdict, number>>;
  /** In a row; errors in between neither count nor reset. */
  readonly failures: number;
  /** Of the last look; null before the first, and when nobody looked. */
  readonly lastDurationMs: number | null;
}

/** One pass in which every resource was checked. */
export interface Cycle {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly startedAt: number;
  readonly durationMs: number;
}

/** What is counted while a project is watched; it begins with zero. */
export interface WatchMeter {
  /** Null for one that was not looked at yet. */
  readonly resource: (name: string) => ResourceReading | null;
  /** The last complete one; null before the first. */
  readonly cycle: () => Cycle | null;
  /** How late looks began. */
  readonly lateness: () => HistogramReading;
  /** How long looks took, by the kind of resource. */
  readonly durations: () => ReadonlyMap<string, HistogramReading>;
  /** Repairs that ended. */
  readonly remediations: () => readonly {
    readonly resource: string;
    readonly action: string;
    readonly outcome: string;
    readonly count: number;
  }[];
  /** Messages that were delivered, or not. */
  readonly notifications: () => readonly {
    readonly channel: string;
    readonly outcome: string;
    readonly count: number;
  }[];
}
