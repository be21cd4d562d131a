import type { PlannedAction } from "../../src/model/action.ts";
import type { Hold, Incident, Message, RepairAttempt } from "../../src/model/incident.ts";
import type { WatchPolicy } from "../../src/model/watch-policy.ts";
import type { WatchEvent } from "../../src/model/watch-event.ts";
import type { Look, WatchState } from "../../src/model/watch-state.ts";
import type { WatchChange, WatchSnapshot } from "../../src/ports/watch-store.ts";
import type { LedgerStore } from "../../src/engine/watch/ledger.ts";
import type { Subject } from "../../src/engine/watch/subject.ts";

/** A policy of somebody who watches every 30 s, and repairs by restarting. */
export function policy(changes: Partial<WatchPolicy> = {}): WatchPolicy {
  return {
    intervalMs: 30_000,
    retryIntervalMs: 5_000,
    failureThreshold: 3,
    recoveryThreshold: 2,
    window: null,
    startupGraceMs: 0,
    settleMs: 2_000,
    isReconciled: true,
    onDrift: "auto_correct",
    ladder: [RESTART, RECREATE],
    revertUntil: null,
    alertOn: ["drift", "failure", "gave_up"],
    repairMode: "ladder",
    repeatActionMs: null,
    ...changes,
  };
}

export const RESTART: PlannedAction = { action: "restart", parameters: {}, attempts: 2 };
export const RECREATE: PlannedAction = { action: "recreate", parameters: {}, attempts: 2 };

/** What is seen when all is well. */
export function look(changes: Partial<Look> = {}): Look {
  return {
    at: 0,
    verdict: "pass",
    isDegraded: false,
    sync: "in_sync",
    isConclusive: false,
    findings: [],
    durationMs: 1,
    ...changes,
  };
}

/** What is seen when an assertion does not hold. */
export function failing(changes: Partial<Look> = {}): Look {
  const finding = {
    name: "HTTPStatusAssert",
    verdict: "fail",
    severity: "fail",
    claim: "it answers 200",
    expected: "200",
    actual: "503",
  } as const;
  return look({ verdict: "fail", findings: [finding], ...changes });
}

/** A subject that is as a test says. */
export function subject(changes: Partial<Subject> & Pick<Subject, "name" | "look">): Subject {
  return {
    policy: policy(),
    dependsOn: [],
    specHash: "1",
    destroyAt: null,
    startedAt: null,
    act: () => Promise.resolve("done"),
    expire: null,
    ...changes,
  };
}

/** A store in memory that keeps what a monitor writes, as simply as it can be done. */
export class LabStore implements LedgerStore {
  readonly states = new Map<string, WatchState>();
  readonly allIncidents = new Map<number, Incident>();
  readonly allRepairs = new Map<number, RepairAttempt>();
  readonly holds = new Map<number, Hold>();
  readonly events: WatchEvent[] = [];
  readonly messages: Message[] = [];
  readonly delivered: number[] = [];
  /** When history was folded. */
  readonly folds: number[] = [];
  results = 0;
  /** Fails the next commits with it. */
  failure: Error | null = null;

  watching(): Promise<WatchSnapshot> {
    const last = (ids: Iterable<number>): number => Math.max(0, ...ids);
    return Promise.resolve({
      states: new Map(this.states),
      incidents: [...this.allIncidents.values()].filter(({ closedAt }) => closedAt === null),
      repairs: [...this.allRepairs.values()].filter(({ endedAt }) => endedAt === null),
      holds: [...this.holds.values()],
      deliveries: this.messages
        .filter(({ id }) => !this.delivered.includes(id))
        .map((message) => ({
          message,
          channel: "log",
          attempts: 0,
          nextAt: 0,
          state: "pending" as const,
          problem: null,
        })),
      lastIncident: last(this.allIncidents.keys()),
      lastRepair: last(this.allRepairs.keys()),
      lastEvent: this.events.at(-1)?.id ?? 0,
      lastHold: last(this.holds.keys()),
      lastMessage: this.messages.at(-1)?.id ?? 0,
      lastAudit: 0,
    });
  }

  commit(changes: readonly WatchChange[]): Promise<number> {
    if (this.failure !== null) return Promise.reject(this.failure);
    for (const change of changes) this.#apply(change);
    return Promise.resolve(1);
  }

  record({
    results,
    states,
  }: {
    readonly results: readonly unknown[];
    readonly states: readonly WatchState[];
  }): boolean {
    this.results += results.length;
    for (const state of states) this.states.set(state.resource, state);
    return true;
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  fold({
    now,
  }: {
    readonly now: number;
  }): Promise<{ readonly folded: number; readonly isShortened: boolean }> {
    this.folds.push(now);
    return Promise.resolve({ folded: 0, isShortened: false });
  }

  #apply(change: WatchChange): void {
    if (change.type === "put-watch") this.states.set(change.state.resource, change.state);
    if (change.type === "delete-watch") this.states.delete(change.resource);
    if (change.type === "put-incident") this.allIncidents.set(change.incident.id, change.incident);
    if (change.type === "put-repair") this.allRepairs.set(change.repair.id, change.repair);
    this.#tell(change);
  }

  #tell(change: WatchChange): void {
    if (change.type === "put-event") this.events.push(change.event);
    if (change.type === "put-hold") this.holds.set(change.hold.id, change.hold);
    if (change.type === "delete-hold") this.holds.delete(change.id);
    if (change.type === "put-message") this.messages.push(change.message);
    if (change.type !== "put-delivery" || change.delivery.state !== "delivered") return;
    this.delivered.push(change.delivery.message.id);
  }
}
