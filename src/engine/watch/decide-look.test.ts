import { expect, it } from "vitest";
import {
  attempt,
  changesOf,
  circumstances,
  down,
  incident,
  messagesOf,
  NOW,
  textsOf,
  tried,
  well,
} from "../../../test/support/watch-decisions.ts";
import { failing, look, policy } from "../../../test/support/watch-lab.ts";
import type { Look, WatchState } from "../../model/watch-state.ts";
import { decideLook } from "./decide-look.ts";
import type { Circumstances, Decision } from "./decision.ts";

const fail = (changes: Partial<Look> = {}): Look => failing({ at: NOW, ...changes });
const pass = (changes: Partial<Look> = {}): Look => look({ at: NOW, ...changes });

/** What follows from a look at something that was down, or well, before. */
const decide = (before: WatchState, seen: Look, changes: Partial<Circumstances> = {}): Decision =>
  decideLook(before, seen, circumstances(changes));

it("decideLook() changes and stores nothing where all is as it was", () => {
  const before = well({ passes: 2 });
  const decision = decide(before, pass());
  expect(decision.state).toBe(before);
  expect(decision).toMatchObject({ changes: [], events: [], order: null, waitUntil: null });
});

it("decideLook() leaves to the next batch what only counts", () => {
  const decision = decide(well(), fail());
  expect(decision.state.failures).toBe(1);
  expect(decision.changes).toEqual([]);
});

it("decideLook() stores, at once and together, all that follows from the failure that decides", () => {
  const before = well({ failures: 2, passes: 0, recent: "ff" });
  const decision = decide(before, fail());
  expect(decision.changes.map(({ type }) => type)).toEqual([
    "put-watch",
    "put-incident",
    "put-repair",
    "put-message",
    "put-event",
    "put-event",
    "put-event",
  ]);
  expect(textsOf(decision)).toEqual([
    "health_changed: healthy → unhealthy: HTTPStatusAssert: expected 200, got 503",
    "incident_opened: failure: HTTPStatusAssert: expected 200, got 503",
    "repair_started: restart, attempt 1",
  ]);
  expect(changesOf(decision, "put-watch")[0]?.state).toBe(decision.state);
  expect(decision.state.repair).toMatchObject({
    running: 1,
    attempts: 1,
    tried: [1],
    recent: [NOW],
    nextAt: NOW + 2_000,
  });
  expect(decision.order).toMatchObject({
    attempt: { id: 1, incident: 1, action: "restart", attempt: 1, endedAt: null, by: "clockwork" },
    action: { action: "restart" },
    reason: "HTTPStatusAssert: expected 200, got 503",
  });
  expect(changesOf(decision, "put-incident")[0]?.incident).toMatchObject({
    repairs: 1,
    told: ["failure"],
  });
  expect(decision.numbers).toEqual({ incident: 2, repair: 2, event: 4, message: 2 });
});

it("decideLook() waits with the next attempt, and tells until when", () => {
  const repair = tried({ attempts: 1, tried: [1], recent: [NOW], nextAt: NOW + 2_000 });
  const held = { incidents: [incident({ told: ["failure"] })] };
  const waiting = decide(down({ repair, incidents: [1] }), fail(), held);
  expect([waiting.order, waiting.waitUntil]).toEqual([null, NOW + 2_000]);
  const later = { ...held, now: NOW + 2_000 };
  const acting = decide(down({ repair, incidents: [1] }), fail({ at: NOW + 2_000 }), later);
  expect(acting.order?.attempt.attempt).toBe(2);
  expect(acting.state.repair.nextAt).toBe(NOW + 8_000);
});

it("decideLook() proves an attempt by the first pass, and repairs nothing more although it is not yet believed", () => {
  const repair = tried({
    attempts: 1,
    tried: [1],
    recent: [NOW - 9_000],
    nextAt: NOW - 7_000,
    proving: 1,
  });
  const before = down({ failures: 0, recent: "fff|", repair, incidents: [1] });
  const done = attempt({ outcome: "acted", detail: "container restarted" });
  const open = incident({ repairs: 1, told: ["failure"] });
  const first = decide(before, pass(), { attempt: done, incidents: [open] });
  expect(first.order).toBeNull();
  expect(first.state).toMatchObject({ health: "unhealthy", passes: 1 });
  expect(changesOf(first, "put-repair")[0]?.repair).toMatchObject({
    outcome: "repaired",
    endedAt: NOW,
    detail: "container restarted",
  });
  const second = decide(first.state, pass(), {
    incidents: first.incidents,
    numbers: first.numbers,
  });
  expect(second.state.health).toBe("healthy");
  expect(changesOf(second, "put-incident")[0]?.incident).toMatchObject({
    outcome: "repaired",
    closedAt: NOW,
    told: ["failure", "resolved"],
  });
});

it("decideLook() ends the grace of what has proven itself: its next failures count", () => {
  const repair = tried({ attempts: 1, tried: [1], proving: 1, graceUntil: NOW + 2_000 });
  const before = down({ failures: 0, recent: "fff|", repair, incidents: [1] });
  const known = {
    attempt: attempt({ outcome: "acted" }),
    incidents: [incident({ repairs: 1, told: ["failure"] })],
  } as const;
  expect(decide(before, fail(), known).state.failures).toBe(0);
  const proven = decide(before, pass(), known);
  expect(proven.state.repair.graceUntil).toBeNull();
  const relapse = decide(proven.state, fail({ at: NOW + 1_000 }), {
    incidents: proven.incidents,
    numbers: proven.numbers,
    now: NOW + 1_000,
  });
  expect(relapse.state.failures).toBe(1);
});

it("decideLook() takes an action that did not help within its grace as failed, and goes on", () => {
  const repair = tried({
    attempts: 1,
    tried: [1],
    recent: [NOW - 9_000],
    nextAt: NOW - 7_000,
    proving: 1,
    graceUntil: NOW,
  });
  const before = down({ failures: 0, recent: "fff|", repair, incidents: [1] });
  const known = {
    attempt: attempt({ outcome: "acted", detail: "container restarted" }),
    incidents: [incident({ repairs: 1, told: ["failure"] })],
  } as const;
  const early = decide(before, fail({ at: NOW - 1 }), { ...known, now: NOW - 1 });
  expect([early.order, early.state.repair.proving]).toEqual([null, 1]);
  const late = decide(before, fail(), known);
  expect(changesOf(late, "put-repair")[0]?.repair).toMatchObject({
    outcome: "unproven",
    detail: "container restarted: it did not help",
  });
  expect(late.order?.attempt).toMatchObject({ id: 1, attempt: 2, action: "restart" });
  const ended = decide(before, fail({ at: NOW - 1, isConclusive: true }), {
    ...known,
    now: NOW - 1,
  });
  expect(changesOf(ended, "put-repair")[0]?.repair.outcome).toBe("unproven");
  for (const verdict of ["error", "skipped"] as const) {
    expect(decide(before, fail({ verdict }), known).state.repair.proving).toBe(1);
  }
});

it("decideLook() wants drift gone where it is corrected, and where that was what was done", () => {
  const proven = (onDrift: "auto_correct" | "alert", action: string): boolean => {
    const before = down({ failures: 0, repair: tried({ proving: 1, attempts: 1, tried: [1] }) });
    const decision = decide(before, pass({ sync: "drifted" }), {
      policy: policy({ onDrift }),
      attempt: attempt({ action, outcome: "acted" }),
    });
    return changesOf(decision, "put-repair")[0]?.repair.outcome === "repaired";
  };
  expect(proven("alert", "restart")).toBe(true);
  expect(proven("alert", "reconcile")).toBe(false);
  expect(proven("auto_correct", "restart")).toBe(false);
});

it("decideLook() gives up, marks its incidents, and tells that once", () => {
  const recent = [1, 2, 3, 4, 5].map((minute) => NOW - minute * 60_000).toReversed();
  const before = down({ repair: tried({ attempts: 5, recent }), incidents: [1] });
  const first = decide(before, fail(), {
    incidents: [incident({ told: ["failure"], repairs: 5 })],
  });
  expect(first.state.repair.hasGivenUp).toBe(true);
  expect(first.incidents[0]?.gaveUpAt).toBe(NOW);
  expect(messagesOf(first)).toEqual(["gave_up"]);
  const second = decide(first.state, fail(), { incidents: first.incidents });
  expect([second.changes, second.order]).toEqual([[], null]);
});

it("decideLook() forgets what was tried after ten healthy minutes, but not the budget of the hour", () => {
  const recent = [NOW - 700_000];
  const repair = tried({ attempts: 5, tried: [2, 2], recent, nextAt: NOW, hasGivenUp: true });
  const since = (ms: number): WatchState => well({ healthySince: NOW - ms, repair });
  expect(decide(since(599_999), pass()).state.repair).toBe(repair);
  expect(decide(since(600_000), pass()).state.repair).toEqual(tried({ recent }));
  const early = well({ healthySince: NOW, repair });
  const task = policy({ repairMode: "once" });
  expect(decide(early, pass(), { policy: task }).state.repair).toEqual(tried({ recent }));
  const degraded = { ...pass(), isDegraded: true };
  expect(decide(early, degraded, { policy: task }).state.repair.attempts).toBe(0);
});

it("decideLook() lets a task of threshold 1 act again at its next failure, right after it was well once", () => {
  const task = policy({
    failureThreshold: 1,
    recoveryThreshold: 1,
    repairMode: "once",
    settleMs: 0,
  });
  const repair = tried({ attempts: 1, tried: [1], recent: [NOW], proving: 1 });
  const acted = { attempt: attempt({ outcome: "acted" }), policy: task };
  const up = decide(down({ failures: 0, repair }), pass(), acted);
  const again = decide(up.state, fail(), { policy: task });
  expect(again.order?.action.action).toBe("restart");
});

it("decideLook() neither counts nor repairs in a startup grace what was unhealthy before it was changed", () => {
  const how = policy({ startupGraceMs: 60_000 });
  const before = down({ failures: 0, recent: "", repair: tried({ graceUntil: NOW + 30_000 }) });
  expect(decide(before, fail(), { policy: how }).order).toBeNull();
  expect(decide(before, fail({ isConclusive: true }), { policy: how }).order).not.toBeNull();
});
