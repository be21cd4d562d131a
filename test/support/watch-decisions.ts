import fc from "fast-check";
import type { Hold, Incident, MessageKind, RepairAttempt } from "../../src/model/incident.ts";
import type { WatchPolicy } from "../../src/model/watch-policy.ts";
import type { Look, RepairState, WatchState } from "../../src/model/watch-state.ts";
import type { WatchChange } from "../../src/ports/watch-store.ts";
import { initialState, NOTHING_TRIED } from "../../src/engine/watch/believe.ts";
import type { Circumstances, Decision } from "../../src/engine/watch/decision.ts";
import { entryOf, type Entry } from "../../src/engine/watch/entry.ts";
import type { Subject } from "../../src/engine/watch/subject.ts";
import { failing, look, policy, subject } from "./watch-lab.ts";

/** A moment long after 1970, so that what is some hours earlier is a moment as well. */
export const NOW = Date.UTC(2026, 0, 1);

/** What is believed of `web`, of which nothing is known unless a test says so. */
export function state(changes: Partial<WatchState> = {}): WatchState {
  return { ...initialState("web", "1"), ...changes };
}

/** What was tried on it. */
export function tried(changes: Partial<RepairState> = {}): RepairState {
  return { ...NOTHING_TRIED, ...changes };
}

/** What is believed of something that is down by a failure of its own, as the last look said. */
export function down(changes: Partial<WatchState> = {}): WatchState {
  return state({
    health: "unhealthy",
    sync: "in_sync",
    failures: 3,
    recent: "fff",
    since: NOW - 1_000,
    ...changes,
  });
}

/** What is believed of something that has been well for a minute. */
export function well(changes: Partial<WatchState> = {}): WatchState {
  const since = NOW - 60_000;
  return state({
    health: "healthy",
    sync: "in_sync",
    passes: 2,
    since,
    healthySince: since,
    ...changes,
  });
}

/** Circumstances in which everything may happen. */
export function circumstances(changes: Partial<Circumstances> = {}): Circumstances {
  return {
    project: "shop",
    policy: policy(),
    now: NOW,
    chance: 0.5,
    mayRepair: true,
    mayTell: true,
    cause: null,
    incidents: [],
    attempt: null,
    channels: ["log"],
    numbers: { incident: 1, repair: 1, event: 1, message: 1 },
    ...changes,
  };
}

/** An open incident of `web`. */
export function incident(changes: Partial<Incident> = {}): Incident {
  return {
    id: 1,
    resource: "web",
    kind: "failure",
    openedAt: NOW - 60_000,
    closedAt: null,
    outcome: null,
    findings: failing().findings,
    repairs: 0,
    gaveUpAt: null,
    acknowledged: null,
    told: [],
    affected: [],
    ...changes,
  };
}

/** An attempt on `web` that is under way. */
export function attempt(changes: Partial<RepairAttempt> = {}): RepairAttempt {
  return {
    id: 1,
    resource: "web",
    incident: null,
    action: "restart",
    attempt: 1,
    startedAt: NOW - 1_000,
    endedAt: null,
    outcome: null,
    detail: null,
    by: "clockwork",
    ...changes,
  };
}

/** A hold on the whole project, without an end. */
export function hold(changes: Partial<Hold> = {}): Hold {
  return {
    id: 1,
    kind: "maintenance",
    resource: null,
    from: NOW - 1_000,
    until: null,
    by: "ann",
    comment: "",
    ...changes,
  };
}

/** What a decision says to programs and people, as `type: text`. */
export function textsOf({ events }: Decision): readonly string[] {
  return events.map(({ type, text }) => `${type}: ${text}`);
}

/** The kinds of the messages that a decision writes. */
export function messagesOf(decision: Decision): readonly MessageKind[] {
  return changesOf(decision, "put-message").map(({ message }) => message.kind);
}

/** The changes of one type that a decision makes. */
export function changesOf<T extends WatchChange["type"]>(
  { changes }: Decision,
  type: T,
): readonly Extract<WatchChange, { readonly type: T }>[] {
  return changes.filter(
    (change): change is Extract<WatchChange, { readonly type: T }> => change.type === type,
  );
}

/** An entry that is watched, and believed to be as a test says. */
export function entry(
  changes: Partial<Subject> & Pick<Subject, "name">,
  believed: Partial<WatchState> = {},
): Entry {
  const watched = subject({ look: () => Promise.resolve(look()), ...changes });
  return entryOf(watched, {
    state: { ...initialState(watched.name, watched.specHash), ...believed },
    incidents: [],
    attempt: null,
    gridMs: 0,
  });
}

/** Any policy that repairs, with small thresholds, so that short stories reach them. */
export const anyPolicy: fc.Arbitrary<WatchPolicy> = fc
  .record({
    failureThreshold: fc.integer({ min: 1, max: 4 }),
    recoveryThreshold: fc.integer({ min: 1, max: 4 }),
    window: fc.option(
      fc
        .integer({ min: 1, max: 6 })
        .chain((of) =>
          fc.record({ failures: fc.integer({ min: 1, max: of }), of: fc.constant(of) }),
        ),
    ),
    startupGraceMs: fc.constantFrom(0, 10_000, 60_000),
    settleMs: fc.constantFrom(0, 2_000, 30_000),
    isReconciled: fc.boolean(),
    onDrift: fc.constantFrom("auto_correct", "alert", "ignore"),
    alertOn: fc.subarray(["drift" as const, "failure" as const, "gave_up" as const]),
    ladder: fc.array(
      fc.record({
        action: fc.constantFrom("restart", "recreate", "run-command"),
        parameters: fc.constant({}),
        attempts: fc.integer({ min: 1, max: 3 }),
      }),
      { maxLength: 3 },
    ),
    repairMode: fc.constantFrom("ladder", "once"),
    repeatActionMs: fc.option(fc.constantFrom(1_000, 60_000)),
  })
  .map((changes) => policy(changes));

/** Any look, at a moment that the test sets. */
export const anyLook: fc.Arbitrary<Look> = fc
  .record({
    verdict: fc.constantFrom("pass", "pass", "fail", "fail", "error", "skipped"),
    sync: fc.constantFrom("in_sync", "in_sync", "drifted", "missing", "unknown"),
    isWarning: fc.boolean(),
    isLast: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ verdict, sync, isWarning, isLast }) => {
    const isDegraded = verdict === "pass" && isWarning;
    const { findings } = verdict === "pass" && !isDegraded ? look() : failing();
    return look({
      verdict,
      sync,
      isDegraded,
      findings,
      isConclusive: verdict === "fail" && isLast === 0,
    });
  });
