import type { Delivery, Hold, RepairAttempt } from "../../model/incident.ts";
import type { Verdict } from "../../model/verdict.ts";
import type { Look } from "../../model/watch-state.ts";
import type { Clock } from "../../ports/clock.ts";
import type { WatchChange } from "../../ports/watch-store.ts";
import type {
  Cycle,
  HistogramReading,
  ResourceReading,
  WatchMeter,
} from "../../ports/watch-meter.ts";
import { Cycles } from "./cycles.ts";
import { Histogram } from "./histogram.ts";
import { withRoom } from "./with-room.ts";

/** What is counted goes by that. */
export interface MeterOptions {
  readonly clock: Pick<Clock, "elapsedMs">;
  /** The kind of a resource, asked whenever one begins to be watched or is declared otherwise. */
  readonly kindOf: (resource: string) => string;
}

/** How long looks take, in seconds. */
const DURATION_BOUNDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

/** How late looks begin, in seconds. */
const LATENESS_BOUNDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

/** Where each verdict stands among the counts of a resource; the failures in a row stand last. */
const COLUMN: Readonly<Record<Verdict, number>> = { pass: 0, fail: 1, error: 2, skipped: 3 };
const FAILURES = 4;
const COLUMNS = 5;

/** What a message came to, by the state of its delivery. */
const OUTCOMES: Readonly<Record<Delivery["state"], string>> = {
  delivered: "delivered",
  pending: "failed",
  dead: "dead",
};

/** Resources of one kind, which share a histogram. */
interface Kind {
  readonly name: string;
  resources: number;
  durations: Histogram;
}

/**
 * Counts what happens while a project is watched. There may be 100,000 resources, and thousands of looks each second: a look
 * allocates nothing, and takes as long whatever their number.
 */
export class Meter implements WatchMeter {
  readonly #options: MeterOptions;
  readonly #rows = new Map<string, number>();
  /** Rows of those that are gone. */
  readonly #free: number[] = [];
  #counts = new Uint32Array(0);
  /** Of the last look, in milliseconds; negative for none. */
  #lastMs = new Float64Array(0);
  /** Places among the kinds. */
  #kindOf = new Uint32Array(0);
  readonly #kinds: Kind[] = [];
  readonly #cycles = new Cycles();
  readonly #lateness = new Histogram(LATENESS_BOUNDS);
  #paused: ReadonlySet<string> = new Set();
  /** By resource, action and outcome. */
  readonly #repairs = new Map<string, Map<string, Map<string, number>>>();
  /** By channel and outcome. */
  readonly #messages = new Map<string, Map<string, number>>();

  /**
   * Nothing is counted yet.
   *
   * @param options - What counting goes by.
   */
  constructor(options: MeterOptions) {
    this.#options = options;
  }

  /**
   * Channels that messages go to: each is counted from zero on.
   *
   * @param names - Their names.
   */
  channels(names: readonly string[]): void {
    for (const name of names) {
      this.#messages.set(name, new Map(Object.values(OUTCOMES).map((outcome) => [outcome, 0])));
    }
  }

  /**
   * A resource is watched from now on, or was declared otherwise.
   *
   * @param name - Its name.
   * @param failures - How often it failed in a row before.
   */
  began(name: string, failures: number): void {
    const kind = this.#options.kindOf(name);
    const known = this.#rows.get(name);
    if (known !== undefined && this.#kinds[this.#kindOf[known] ?? 0]?.name === kind) {
      // What was counted goes on, unless it begins anew.
      if (failures === 0) this.#counts[known * COLUMNS + FAILURES] = 0;
      return;
    }
    this.ended(name);
    const row = this.#free.pop() ?? this.#rows.size;
    this.#rows.set(name, row);
    this.#clear(row);
    this.#counts[row * COLUMNS + FAILURES] = failures;
    this.#kindOf[row] = this.#joinKind(kind);
    if (!this.#paused.has(name)) this.#cycles.join(row);
  }

  /**
   * A resource is not watched any more: nothing is known of it from now on.
   *
   * @param name - Its name.
   */
  ended(name: string): void {
    const row = this.#rows.get(name);
    if (row === undefined) return;
    this.#rows.delete(name);
    this.#free.push(row);
    this.#cycles.forget(row);
    this.#leaveKind(this.#kindOf[row] ?? 0);
    this.#repairs.delete(name);
  }

  /**
   * A resource was looked at, and that was judged.
   *
   * @param name - Its name.
   * @param look - What was seen.
   * @param begunMs - When the look began, on the clock that only goes forward.
   * @param lateMs - How late that was, in milliseconds.
   */
  looked(name: string, look: Look, begunMs: number, lateMs: number): void {
    this.#lateness.add(lateMs / 1_000);
    const row = this.#rows.get(name);
    if (row === undefined) return;
    const { verdict, durationMs, at } = look;
    const first = row * COLUMNS;
    this.#counts[first + COLUMN[verdict]] = (this.#counts[first + COLUMN[verdict]] ?? 0) + 1;
    if (verdict === "pass") this.#counts[first + FAILURES] = 0;
    if (verdict === "fail") {
      this.#counts[first + FAILURES] = (this.#counts[first + FAILURES] ?? 0) + 1;
    }
    this.#lastMs[row] = durationMs ?? -1;
    if (durationMs !== null) {
      this.#kinds[this.#kindOf[row] ?? 0]?.durations.add(durationMs / 1_000);
    }
    this.#cycles.looked(row, at, begunMs, this.#options.clock.elapsedMs());
  }

  /**
   * What is held back is another by now: who is paused takes no part in cycles.
   *
   * @param holds - All of the project.
   */
  held(holds: readonly Hold[]): void {
    const pauses = holds.filter(({ kind }) => kind === "pause");
    const paused = new Set(pauses.flatMap(({ resource }) => resource ?? []));
    for (const name of this.#paused) if (!paused.has(name)) this.#join(name);
    for (const name of paused) if (!this.#paused.has(name)) this.#leave(name);
    this.#paused = paused;
    this.#cycles.suspend(pauses.some(({ resource }) => resource === null));
  }

  /**
   * Something was stored: repairs that ended are counted.
   *
   * @param changes - What.
   */
  stored(changes: readonly WatchChange[]): void {
    for (const change of changes) if (change.type === "put-repair") this.#repaired(change.repair);
  }

  /**
   * Somebody tried to deliver a message.
   *
   * @param delivery - How far it has come.
   */
  delivered({ channel, state }: Delivery): void {
    const outcomes = this.#messages.get(channel) ?? new Map<string, number>();
    this.#messages.set(channel, outcomes);
    increase(outcomes, OUTCOMES[state]);
  }

  readonly resource = (name: string): ResourceReading | null => {
    const row = this.#rows.get(name);
    if (row === undefined) return null;
    const count = (column: number): number => this.#counts[row * COLUMNS + column] ?? 0;
    const lastMs = this.#lastMs[row] ?? -1;
    return {
      results: { pass: count(0), fail: count(1), error: count(2), skipped: count(3) },
      failures: count(FAILURES),
      lastDurationMs: lastMs < 0 ? null : lastMs,
    };
  };

  readonly cycle = (): Cycle | null => this.#cycles.last;

  readonly lateness = (): HistogramReading => this.#lateness.reading;

  readonly durations = (): ReadonlyMap<string, HistogramReading> => {
    const present = this.#kinds.filter(({ resources }) => resources > 0);
    return new Map(present.map(({ name, durations }) => [name, durations.reading]));
  };

  readonly remediations = (): ReturnType<WatchMeter["remediations"]> =>
    [...this.#repairs].flatMap(([resource, actions]) =>
      [...actions].flatMap(([action, outcomes]) =>
        [...outcomes].map(([outcome, count]) => ({ resource, action, outcome, count })),
      ),
    );

  readonly notifications = (): ReturnType<WatchMeter["notifications"]> =>
    [...this.#messages].flatMap(([channel, outcomes]) =>
      [...outcomes].map(([outcome, count]) => ({ channel, outcome, count })),
    );

  #repaired({ resource, action, outcome, endedAt }: RepairAttempt): void {
    if (endedAt === null || outcome === null || !this.#rows.has(resource)) return;
    const actions = this.#repairs.get(resource) ?? new Map<string, Map<string, number>>();
    this.#repairs.set(resource, actions);
    const outcomes = actions.get(action) ?? new Map<string, number>();
    actions.set(action, outcomes);
    increase(outcomes, outcome);
  }

  #join(name: string): void {
    const row = this.#rows.get(name);
    if (row !== undefined) this.#cycles.join(row);
  }

  #leave(name: string): void {
    const row = this.#rows.get(name);
    if (row !== undefined) this.#cycles.leave(row);
  }

  #clear(row: number): void {
    this.#counts = withRoom(this.#counts, (row + 1) * COLUMNS, Uint32Array);
    this.#lastMs = withRoom(this.#lastMs, row + 1, Float64Array);
    this.#kindOf = withRoom(this.#kindOf, row + 1, Uint32Array);
    this.#counts.fill(0, row * COLUMNS, (row + 1) * COLUMNS);
    this.#lastMs[row] = -1;
  }

  #joinKind(name: string): number {
    const known = this.#kinds.findIndex((kind) => kind.name === name);
    const kind = this.#kinds[known];
    if (kind !== undefined) {
      kind.resources += 1;
      return known;
    }
    return this.#kinds.push({ name, resources: 1, durations: new Histogram(DURATION_BOUNDS) }) - 1;
  }

  // Once there is none of a kind any more, it begins with zero again.
  #leaveKind(place: number): void {
    const kind = this.#kinds[place];
    if (kind === undefined) return;
    kind.resources -= 1;
    if (kind.resources === 0) kind.durations = new Histogram(DURATION_BOUNDS);
  }
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
