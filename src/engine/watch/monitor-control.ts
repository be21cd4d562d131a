import type {
  CheckedNow,
  Explanation,
  HoldRequest,
  ProjectStatus,
  ResourceStatus,
  WatchControl,
} from "../../model/control.ts";
import { DeployError, StateError } from "../../model/deploy-errors.ts";
import type { Hold, Incident, RepairAttempt } from "../../model/incident.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { Look } from "../../model/watch-state.ts";
import type { Clock } from "../../ports/clock.ts";
import type { WatchStore } from "../../ports/watch-store.ts";
import { decideRequested } from "./decide-other.ts";
import type { Decision } from "./decision.ts";
import type { Entry } from "./entry.ts";
import type { Followers } from "./followers.ts";
import { holdsOn } from "./holds.ts";
import type { Monitor } from "./monitor.ts";
import { whatsNext } from "./whats-next.ts";

/** What those see of a resource who ask, besides what the monitor knows. */
export interface Described {
  /** Of its resource: `docker`. */
  readonly kind: string;
  readonly group: string | null;
}

/** One thing that must be true of a resource. */
export interface Claim {
  /** The class's name: `PortAccessibleAssert`. */
  readonly name: string;
  readonly claim: string;
}

/** What answers are made of. */
export interface MonitorControlOptions {
  readonly monitor: Monitor;
  readonly followers: Followers;
  readonly store: Pick<WatchStore, "repairs" | "events">;
  readonly clock: Pick<Clock, "now" | "elapsedMs">;
  /** What is known of all; it changes with each load. */
  readonly describe: (resource: string) => Described;
  /** What must be true of a resource. */
  readonly claims: (resource: string) => readonly Claim[];
  /** Of the whole project. */
  readonly about: () => Pick<
    ProjectStatus,
    "project" | "folder" | "runningSince" | "pid" | "pendingChanges"
  >;
  /** Makes the error for a name that is not watched. */
  readonly unknown: (resource: string, names: readonly string[]) => Error;
}

const RECENT_REPAIRS = 20;
const RECENT_EVENTS = 20;

/**
 * Answers for what is being watched.
 *
 * @param options - The monitor, and what else is known.
 * @returns What can be asked of it.
 */
export function monitorControl(options: MonitorControlOptions): WatchControl {
  return new MonitorControl(options);
}

class MonitorControl implements WatchControl {
  readonly #options: MonitorControlOptions;

  constructor(options: MonitorControlOptions) {
    this.#options = options;
  }

  readonly status = (): Promise<ProjectStatus> => {
    const { monitor, about } = this.#options;
    const { ledger, lateness, entries } = monitor;
    return Promise.resolve({
      ...about(),
      resources: [...entries.values()].map((entry) => this.#statusOf(entry)),
      holds: ledger.holds.filter(({ resource }) => resource === null),
      pendingDeliveries: ledger.outbox.pending,
      latenessMs: lateness.worstMs,
    });
  };

  readonly explain = async (resource: string): Promise<Explanation> => {
    const entry = this.#entry(resource);
    const { store, clock } = this.#options;
    const status = this.#statusOf(entry);
    const [repairs, events] = await Promise.all([
      store.repairs({ resource, limit: RECENT_REPAIRS }),
      store.events({ resource, limit: RECENT_EVENTS }),
    ]);
    const { policy, dependsOn } = entry.subject;
    const outlook = { ...status, policy, repairs, now: clock.now(), isWatched: true };
    const passing = this.#passing(entry);
    return { ...status, policy, dependsOn, repairs, events, passing, next: whatsNext(outlook) };
  };

  readonly checkNow = async (resource: string): Promise<CheckedNow> => {
    const entry = this.#entry(resource);
    const { findings, durationMs } = await this.#look(entry);
    const { health, sync } = entry.state;
    return { resource, health, sync, findings, durationMs };
  };

  readonly repair = async (
    resource: string,
    { by }: { readonly by: string },
  ): Promise<RepairAttempt | null> => {
    const entry = this.#entry(resource);
    const { monitor } = this.#options;
    const last = await this.#look(entry);
    const isWell = last.verdict === "pass" && entry.state.sync !== "drifted";
    if (isWell && entry.state.sync !== "missing") return null;
    const decision = await monitor.decide(entry, () => {
      // A plan may have begun to work on it since it was looked at.
      if (entry.exclusions > 0) return null;
      return decideRequested(entry.state, { ...monitor.ledger.circumstances(entry, null), by });
    });
    if (entry.exclusions > 0 || entry.isGone) throw workedOn(entry);
    if (decision === null) throw notStored();
    // What is being repaired already is waited for.
    const attempt = decision.order?.attempt ?? entry.attempt;
    return attempt === null ? null : await this.#endOf(entry, attempt);
  };

  readonly hold = async ({ forMs, resource, ...request }: HoldRequest): Promise<Hold> => {
    if (resource !== null) this.#entry(resource);
    const { monitor, clock } = this.#options;
    const from = clock.now();
    const until = forMs === null ? null : from + forMs;
    const hold = await monitor.ledger.hold({ ...request, resource, from, until });
    if (hold === null) throw notStored();
    this.#wake(resource);
    return hold;
  };

  readonly release = async ({
    kinds,
    resource,
    by,
  }: Parameters<WatchControl["release"]>[0]): Promise<readonly Hold[]> => {
    if (resource !== null) this.#entry(resource);
    const { ledger } = this.#options.monitor;
    const ended = ledger.holds.filter(
      (hold) => hold.resource === resource && kinds.includes(hold.kind),
    );
    const released = await ledger.release(ended, `by ${by}`);
    this.#wake(resource);
    if (released.length < ended.length) throw notStored();
    return released;
  };

  readonly acknowledge = async ({
    resource,
    by,
    comment,
  }: Parameters<WatchControl["acknowledge"]>[0]): Promise<readonly Incident[]> => {
    const entry = this.#entry(resource);
    const { monitor, clock } = this.#options;
    const acknowledged = { by, at: clock.now(), comment };
    const acknowledging = (): Decision => monitor.ledger.acknowledging(entry, acknowledged);
    const decision = await monitor.decide(entry, acknowledging);
    if (decision === null) throw notStored();
    return decision.incidents;
  };

  readonly follow = async (
    options: Parameters<WatchControl["follow"]>[0],
    onEvent: (event: WatchEvent) => void,
  ): Promise<void> => {
    await this.#options.followers.follow(options, this.#options.store, onEvent);
  };

  // What the last look did not find wrong.
  #passing({ subject, look }: Entry): Explanation["passing"] {
    if (look?.verdict !== "pass" && look?.verdict !== "fail") return [];
    const wrong = new Set(look.findings.map(({ name, claim }) => `${name} ${claim}`));
    return this.#options
      .claims(subject.name)
      .filter(({ name, claim }) => !wrong.has(`${name} ${claim}`))
      .map((claim) => ({ ...claim, actual: "" }));
  }

  #entry(resource: string): Entry {
    const { monitor, unknown } = this.#options;
    const entry = monitor.entries.get(resource);
    if (entry === undefined) throw unknown(resource, [...monitor.entries.keys()]);
    return entry;
  }

  async #look(entry: Entry): Promise<Look> {
    const look = await this.#options.monitor.lookSince(entry);
    if (look !== null) return look;
    throw workedOn(entry);
  }

  // Looks go on until it is known whether the attempt helped.
  async #endOf(entry: Entry, attempt: RepairAttempt): Promise<RepairAttempt> {
    const { store, followers } = this.#options;
    await followers.until(() => entry.attempt?.id !== attempt.id || entry.isGone);
    const lately = await store.repairs({ resource: entry.subject.name, limit: RECENT_REPAIRS });
    return lately.find(({ id }) => id === attempt.id) ?? attempt;
  }

  // Whether it has a turn, and what is told of it, may have changed.
  #wake(resource: string | null): void {
    const { monitor } = this.#options;
    const names = resource === null ? [...monitor.entries.keys()] : [resource];
    for (const name of names) monitor.hint(name);
  }

  #statusOf(entry: Entry): ResourceStatus {
    const { monitor, clock, describe } = this.#options;
    const { name, destroyAt } = entry.subject;
    const now = clock.now();
    const isWaiting = entry.place >= 0;
    return {
      resource: name,
      ...describe(name),
      state: { ...entry.state, lookedAt: entry.look?.at ?? entry.state.lookedAt },
      nextLookAt: isWaiting ? Math.round(now + entry.dueMs - clock.elapsedMs()) : null,
      isLooking: entry.lookingSinceMs !== null,
      isDeploying: entry.exclusions > 0,
      holds: holdsOn(monitor.ledger.holds, name, now),
      incidents: entry.incidents,
      destroyAt,
    };
  }
}

function workedOn({ subject }: Entry): DeployError {
  return new DeployError(`${subject.name} cannot be looked at now: it is being worked on`, {
    hint: "try again once that has ended",
  });
}

function notStored(): StateError {
  return new StateError("it could not be written to the state", {
    hint: "the log of clockwork up tells why",
  });
}
