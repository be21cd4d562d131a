import { expect, it } from "vitest";
import {
  attempt,
  changesOf,
  circumstances,
  down,
  incident,
  messagesOf,
  NOW,
  state,
  textsOf,
  tried,
  well,
} from "../../../test/support/watch-decisions.ts";
import { policy } from "../../../test/support/watch-lab.ts";
import type { WatchState } from "../../model/watch-state.ts";
import { decideActed, decideGone, decideRequested } from "./decide-other.ts";
import type { Circumstances, Decision } from "./decision.ts";

const request = (believed: WatchState, changes: Partial<Circumstances> = {}): Decision =>
  decideRequested(believed, { ...circumstances(changes), by: "ann" });

const running = tried({ running: 1, attempts: 1, tried: [1], recent: [NOW], nextAt: NOW + 2_000 });

it("decideActed() lets an action that is done prove itself, and counts afresh", () => {
  const how = policy({ settleMs: 2_000, startupGraceMs: 30_000 });
  const end = { attempt: attempt(), detail: "container restarted", hasFailed: false };
  const decision = decideActed(down({ repair: running }), end, circumstances({ policy: how }));
  expect(decision.state).toMatchObject({
    health: "unhealthy",
    failures: 0,
    recent: "fff|",
    repair: {
      running: null,
      proving: 1,
      graceUntil: NOW + 30_000,
      attempts: 1,
      nextAt: NOW + 2_000,
    },
  });
  expect(decision.attempt).toMatchObject({ outcome: "acted", endedAt: null });
  expect(changesOf(decision, "put-watch")[0]?.state).toBe(decision.state);
  expect(textsOf(decision)).toEqual(["repair_ended: restart: container restarted"]);
});

it("decideActed() ends an attempt whose action failed, without a grace", () => {
  const end = { attempt: attempt(), detail: "no such container", hasFailed: true };
  const decision = decideActed(down({ repair: running }), end, circumstances());
  expect(decision.state.repair).toMatchObject({ running: null, proving: null, graceUntil: null });
  expect(decision.attempt).toBeNull();
  expect(changesOf(decision, "put-repair")[0]?.repair).toMatchObject({
    outcome: "failed",
    endedAt: NOW,
    detail: "no such container",
  });
  expect(textsOf(decision)).toEqual(["repair_ended: restart failed: no such container"]);
});

it("decideRequested() needs no threshold, no backoff, no budget, no reconcile and no leave after giving up", () => {
  const recent = [5, 4, 3, 2, 1].map((minute) => NOW - minute * 60_000);
  const tired = tried({
    recent,
    attempts: 5,
    tried: [2, 2],
    nextAt: NOW + 1_000,
    hasGivenUp: true,
  });
  const decision = request(down({ repair: tired }));
  expect(decision.order?.attempt).toMatchObject({ action: "restart", attempt: 1, by: "ann" });
  expect(decision.state.repair).toMatchObject({ hasGivenUp: false, recent: [...recent, NOW] });
  const off = { policy: policy({ isReconciled: false, ladder: [] }) };
  expect(request(down(), off).order?.action.action).toBe("reconcile");
  expect(request(well({ failures: 1 })).order?.action.action).toBe("restart");
  expect(request(down({ failures: 0, causedBy: "db" })).order?.action.action).toBe("restart");
  expect(request(down({ failures: 0, passes: 1 })).order?.action.action).toBe("restart");
  expect(
    request(well({ sync: "drifted" }), { policy: policy({ onDrift: "alert" }) }).order,
  ).toMatchObject({ action: { action: "reconcile" } });
  const task = { policy: policy({ repairMode: "once" }) };
  expect(request(down({ repair: tried({ tried: [1], attempts: 1 }) }), task).order).not.toBeNull();
});

it("decideRequested() does nothing to what is well, what nobody could see, and what is being worked on", () => {
  const idle = [
    well(),
    state(),
    well({ health: "degraded" }),
    down({ errors: 1 }),
    down({ errors: 3, health: "unknown" }),
    down({ repair: running }),
  ].map((believed) => request(believed));
  for (const decision of idle) expect(decision).toMatchObject({ order: null, changes: [] });
});

it("decideRequested() ends an attempt that had still to prove itself", () => {
  const repair = tried({ proving: 1, attempts: 1, tried: [1], recent: [NOW] });
  const numbers = { incident: 1, repair: 2, event: 1, message: 1 };
  const decision = request(down({ repair }), { attempt: attempt({ outcome: "acted" }), numbers });
  expect(
    changesOf(decision, "put-repair").map(({ repair: { id, outcome } }) => [id, outcome]),
  ).toEqual([
    [1, "unproven"],
    [2, null],
  ]);
});

it("decideGone() closes what is open, tells the end of what was told, and ends an attempt", () => {
  const incidents = [
    incident({ id: 1, told: ["failure"] }),
    incident({ id: 2, kind: "drift", told: [] }),
  ];
  const decision = decideGone(down({ incidents: [1, 2] }), {
    ...circumstances({ incidents, mayTell: false }),
    attempt: attempt({ outcome: "acted", detail: "container restarted" }),
  });
  expect(decision.incidents).toEqual([]);
  expect(
    changesOf(decision, "put-incident").map(({ incident: { id, outcome } }) => [id, outcome]),
  ).toEqual([
    [1, "gone"],
    [2, "gone"],
  ]);
  expect(messagesOf(decision)).toEqual(["resolved"]);
  expect(changesOf(decision, "put-repair")[0]?.repair).toMatchObject({
    outcome: "interrupted",
    endedAt: NOW,
    detail: "container restarted",
  });
});

it("decideGone() says nothing of what was well", () => {
  expect(decideGone(well(), circumstances()).changes).toEqual([]);
});
