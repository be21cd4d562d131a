import type { Entry } from "../../engine/watch/entry.ts";
import type { Health, Verdict } from "../../model/verdict.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";
import type { Finding, Look, WatchState } from "../../model/watch-state.ts";

/** So many results are remembered for each resource. */
const RECENT_LIMIT = 20;

/** What is known of one resource that is watched, for those who look on. */
export interface WatchedRow {
  /** With its project's, where several are watched. */
  readonly name: string;
  readonly health: Health;
  /** How far it is on its way to another health, and what is being done; null when nothing is. */
  readonly pending: string | null;
  /** The last results, oldest first, 20 at the most. */
  readonly recent: readonly Verdict[];
  /** How long the last look took, in milliseconds; null before the first one. */
  readonly durationMs: number | null;
  /** What the last look found, in a few words; null when all was well. */
  readonly detail: string | null;
}

/** What is known of all that is watched together. */
export class Watchlist {
  #title: string;
  readonly #rows = new Map<string, WatchedRow>();

  /**
   * Begins with nothing known.
   *
   * @param title - What the whole is called.
   */
  constructor(title: string) {
    this.#title = title;
  }

  /**
   * What the whole is called.
   *
   * @returns The title.
   */
  get title(): string {
    return this.#title;
  }

  /**
   * Calls the whole something else.
   *
   * @param title - What.
   */
  nameAs(title: string): void {
    this.#title = title;
  }

  /**
   * What is known of each resource.
   *
   * @returns In the order in which they were first known.
   */
  get rows(): readonly WatchedRow[] {
    return [...this.#rows.values()];
  }

  /**
   * Knows exactly these resources from now on.
   *
   * @param names - All that are watched.
   */
  keepOnly(names: readonly string[]): void {
    const kept = new Set(names);
    for (const name of this.#rows.keys()) if (!kept.has(name)) this.#rows.delete(name);
    for (const name of names) {
      if (!this.#rows.has(name)) this.#rows.set(name, { name, ...NOTHING_KNOWN });
    }
  }

  /**
   * Takes in one look.
   *
   * @param name - What the resource is called here.
   * @param entry - What is believed of it now.
   * @param look - What was seen.
   * @returns What is known of it now.
   */
  add(name: string, { state, subject }: Pick<Entry, "state" | "subject">, look: Look): WatchedRow {
    const [finding] = look.findings;
    const row: WatchedRow = {
      name,
      health: state.health,
      pending: pendingChange(state, subject.policy) ?? startingText(state, look),
      recent: [...(this.#rows.get(name)?.recent ?? []), look.verdict].slice(-RECENT_LIMIT),
      durationMs: look.durationMs,
      detail: finding === undefined ? null : detailOf(finding),
    };
    this.#rows.set(name, row);
    return row;
  }

  /**
   * Counts the resources by what is believed of them.
   *
   * @returns A count for each health.
   */
  countByHealth(): Readonly<Record<Health, number>> {
    const counts = { unknown: 0, healthy: 0, degraded: 0, unhealthy: 0 };
    for (const { health } of this.#rows.values()) counts[health] += 1;
    return counts;
  }
}

// Failures count only once it has had the time to start.
function startingText({ health }: WatchState, { verdict }: Look): string | null {
  return verdict === "fail" && health !== "unhealthy" ? "failing, but may still be starting" : null;
}

// What looked is told by who explains; here there is no room.
function detailOf({ expected, actual }: Finding): string {
  return expected === "" ? actual : `expected ${expected}, got ${actual}`;
}

const NOTHING_KNOWN: Omit<WatchedRow, "name"> = {
  health: "unknown",
  pending: null,
  recent: [],
  durationMs: null,
  detail: null,
};

/**
 * Says how far a resource is on its way to another health, and what is being done about it.
 *
 * @param state - What is believed of it.
 * @param policy - How many looks it takes.
 * @returns Such as `failing 1 of 3`, `recovering 1 of 2` or `caused by db`; null when nothing speaks for a change.
 */
export function pendingChange(
  { errors, health, failures, passes, causedBy, repair }: WatchState,
  { failureThreshold, recoveryThreshold }: WatchPolicy,
): string | null {
  if (errors === 1) return "could not be checked once";
  if (errors > 1) return `could not be checked ${String(errors)} times in a row`;
  if (causedBy !== null) return `caused by ${causedBy}`;
  if (repair.hasGivenUp) return "given up";
  if (repair.running !== null) return "being repaired";
  if (health !== "unhealthy" && failures > 0) {
    return `failing ${String(failures)} of ${String(failureThreshold)}`;
  }
  if (health === "unhealthy" && passes > 0) {
    return `recovering ${String(passes)} of ${String(recoveryThreshold)}`;
  }
  return null;
}
