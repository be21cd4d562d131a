import { expect, it } from "vitest";
import {
  circumstances,
  down,
  incident,
  messagesOf,
  NOW,
  state,
  textsOf,
  well,
} from "../../../test/support/watch-decisions.ts";
import { failing, look, policy } from "../../../test/support/watch-lab.ts";
import type { Look, WatchState } from "../../model/watch-state.ts";
import { believe } from "./believe.ts";
import { decideLook } from "./decide-look.ts";
import type { Circumstances, Decision } from "./decision.ts";

const fail = (changes: Partial<Look> = {}): Look => failing({ at: NOW, ...changes });
const pass = (changes: Partial<Look> = {}): Look => look({ at: NOW, ...changes });

/** What follows from a look at something that was down, or well, before. */
const decide = (before: WatchState, seen: Look, changes: Partial<Circumstances> = {}): Decision =>
  decideLook(before, seen, circumstances(changes));

it("decideLook() lets what another one causes open no incident and order nothing, until it fails by itself", () => {
  const before = well({ failures: 2, passes: 0, recent: "ff" });
  let decision = decide(before, fail(), { cause: "db" });
  expect(decision).toMatchObject({ order: null, incidents: [], state: { causedBy: "db" } });
  expect(textsOf(decision)[0]).toContain("caused by db");
  for (const failures of [1, 2]) {
    decision = decide(decision.state, fail());
    expect(decision).toMatchObject({ order: null, state: { causedBy: "db", failures } });
  }
  decision = decide(decision.state, fail());
  expect(decision).toMatchObject({ state: { causedBy: null }, incidents: [{ kind: "failure" }] });
  expect(decision.order).not.toBeNull();
});

it("decideLook() takes what has ended as its own failure once what it needs is well", () => {
  const before = down({ causedBy: "db", failures: 0 });
  expect(decide(before, fail({ isConclusive: true }), { cause: "db" }).order).toBeNull();
  expect(decide(before, fail({ isConclusive: true })).order).not.toBeNull();
});

it("decideLook() holds messages back while something flaps, and tells them when it is steady", () => {
  const how = {
    policy: policy({ failureThreshold: 1, recoveryThreshold: 1, isReconciled: false }),
  };
  const flapping = Array.from("pfpfpfpfpfpfpfpfpfp").reduce(
    (so, letter) => believe(so, letter === "p" ? pass() : fail(), how.policy),
    state(),
  );
  expect(flapping.isFlapping).toBe(true);
  let decision = decide(flapping, fail(), how);
  expect([decision.incidents.length, messagesOf(decision)]).toEqual([1, []]);
  for (let count = 0; count < 20 && decision.state.isFlapping; count += 1) {
    expect(messagesOf(decision)).toEqual([]);
    decision = decide(decision.state, fail(), { ...how, incidents: decision.incidents });
  }
  expect(textsOf(decision)).toContain("flapping: is steady again");
  expect(messagesOf(decision)).toEqual(["failure"]);
});

it("decideLook() tells what a hold kept back when that is over, though nothing else changed", () => {
  const before = down({ incidents: [1], findings: fail().findings });
  const unwatched = policy({ isReconciled: false });
  const known = { incidents: [incident()], policy: unwatched };
  expect(messagesOf(decide(before, fail(), { ...known, mayTell: false }))).toEqual([]);
  expect(messagesOf(decide(before, fail(), known))).toEqual(["failure"]);
  expect(messagesOf(decide(before, look({ at: NOW, verdict: "skipped" }), known))).toEqual([
    "failure",
  ]);
});

it("decideLook() never repairs on an error, and keeps open what was open while it is blind", () => {
  let decision = decide(down({ incidents: [1] }), fail({ verdict: "error" }), {
    incidents: [incident({ told: ["failure"] })],
    numbers: { incident: 2, repair: 1, event: 1, message: 2 },
  });
  for (let errors = 2; errors <= 5; errors += 1) {
    expect(decision.order).toBeNull();
    decision = decide(decision.state, fail({ verdict: "error" }), {
      incidents: decision.incidents,
      numbers: decision.numbers,
    });
  }
  expect(decision.state.health).toBe("unknown");
  expect(decision.incidents.map(({ kind }) => kind)).toEqual(["failure", "blind"]);
});

it("decideLook() corrects drift at once, and tells of it", () => {
  const decision = decide(well(), pass({ sync: "drifted", findings: fail().findings }));
  expect(decision.order).toMatchObject({
    action: { action: "reconcile" },
    attempt: { incident: 1 },
  });
  expect(decision.state.repair.tried).toEqual([]);
  expect(messagesOf(decision)).toEqual(["drift"]);
  const alert = { policy: policy({ onDrift: "alert" }) };
  const told = decide(well(), pass({ sync: "drifted" }), alert);
  expect([told.order, messagesOf(told)]).toEqual([null, ["drift"]]);
  const ignore = { policy: policy({ onDrift: "ignore" }) };
  expect(decide(well(), pass({ sync: "drifted" }), ignore)).toMatchObject({
    order: null,
    incidents: [],
  });
});
