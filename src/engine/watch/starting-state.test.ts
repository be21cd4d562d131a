import fc from "fast-check";
import { expect, it } from "vitest";
import {
  attempt,
  down,
  hold,
  incident,
  NOW,
  state,
  tried,
  well,
} from "../../../test/support/watch-decisions.ts";
import { look, policy, subject } from "../../../test/support/watch-lab.ts";
import type { WatchState } from "../../model/watch-state.ts";
import type { WatchSnapshot } from "../../ports/watch-store.ts";
import { initialState } from "./believe.ts";
import { changedState, startingState, storedByResource, type Beginning } from "./starting-state.ts";
import type { Subject } from "./subject.ts";

const MINUTE_MS = 60_000;

const web = (changes: Partial<Subject> = {}): Subject =>
  subject({ name: "web", look: () => Promise.resolve(look()), ...changes });

const begin = (
  stored: Partial<WatchSnapshot> & { readonly believed?: WatchState },
  changes: Partial<Subject> = {},
): Beginning => {
  const { believed, ...rest } = stored;
  const snapshot: WatchSnapshot = {
    states: new Map(believed === undefined ? [] : [[believed.resource, believed]]),
    incidents: [],
    repairs: [],
    holds: [hold()],
    deliveries: [],
    lastIncident: 0,
    lastRepair: 0,
    lastEvent: 0,
    lastHold: 1,
    lastMessage: 0,
    lastAudit: 0,
    ...rest,
  };
  return startingState(web(changes), storedByResource(snapshot), NOW);
};

it("startingState() begins with nothing where nothing is stored, and stores nothing", () => {
  const other = down({ resource: "db" });
  const beginning = begin({ believed: other, incidents: [incident({ resource: "db" })] });
  expect(beginning).toEqual({
    state: initialState("web", "1"),
    incidents: [],
    attempt: null,
    changes: [],
  });
});

it("startingState() goes on exactly where it was: counters, backoff, budget, incidents, what has to prove itself", () => {
  const repair = tried({
    recent: [NOW - 5_000],
    attempts: 3,
    tried: [2, 1],
    nextAt: NOW + 9_000,
    proving: 7,
    graceUntil: NOW + 1_000,
  });
  const before = down({ failures: 2, passes: 0, errors: 1, recent: "pff", repair, incidents: [4] });
  const open = incident({ id: 4 });
  const proving = attempt({ id: 7, outcome: "acted" });
  const beginning = begin({ believed: before, incidents: [open], repairs: [proving] });
  expect(beginning).toEqual({ state: before, incidents: [open], attempt: proving, changes: [] });
});

it("startingState() takes an action that was under way as interrupted: it counts, and is not made again at once", () => {
  const repair = tried({
    recent: [NOW - 9],
    attempts: 1,
    tried: [1],
    nextAt: NOW + 1_991,
    running: 7,
  });
  const beginning = begin({ believed: down({ repair }), repairs: [attempt({ id: 7 })] });
  expect(beginning.attempt).toBeNull();
  expect(beginning.state.repair).toEqual({ ...repair, running: null });
  expect(beginning.changes).toMatchObject([
    { type: "put-repair", repair: { id: 7, outcome: "interrupted", endedAt: NOW } },
    { type: "put-watch", state: { repair: { running: null } } },
  ]);
});

it("startingState() ends each attempt that nobody goes on with", () => {
  const repairs = [attempt({ id: 5 }), attempt({ id: 6, outcome: "acted" }), attempt({ id: 7 })];
  const beginning = begin({ believed: down({ repair: tried({ proving: 6 }) }), repairs });
  expect(beginning.attempt?.id).toBe(6);
  const ended = beginning.changes.flatMap((change) =>
    change.type === "put-repair" ? [change.repair.id] : [],
  );
  expect(ended).toEqual([5, 7]);
  // One that is nowhere proves nothing any more: otherwise nothing would be repaired ever again.
  const lost = begin({ believed: down({ repair: tried({ proving: 6 }) }) });
  expect(lost.state.repair.proving).toBeNull();
});

it("startingState() watches again what was destroyed when its time was over", () => {
  const beginning = begin({ believed: well({ expiredAt: NOW - 1 }) });
  expect(beginning.state.expiredAt).toBeNull();
  expect(beginning.changes).toMatchObject([{ type: "put-watch", state: { expiredAt: null } }]);
});

it("startingState() lists the incidents that are open, whatever the state said", () => {
  const beginning = begin({
    believed: down({ incidents: [1, 2] }),
    incidents: [incident({ id: 2 })],
  });
  expect(beginning.state.incidents).toEqual([2]);
});

it("changedState() keeps all of what is the same, as the same object", () => {
  const anyBelieved = fc
    .record({
      failures: fc.nat({ max: 3 }),
      recent: fc.constantFrom("", "pf", "fff|"),
      graceUntil: fc.option(fc.integer({ min: NOW - MINUTE_MS, max: NOW + MINUTE_MS })),
    })
    .map(({ graceUntil, ...rest }) => state({ ...rest, repair: tried({ graceUntil }) }));
  fc.assert(
    fc.property(anyBelieved, fc.option(fc.nat({ max: 2 * MINUTE_MS })), (believed, agoMs) => {
      const startedAt = agoMs === null ? null : NOW - agoMs;
      const watched = web({ policy: policy({ startupGraceMs: MINUTE_MS }), startedAt });
      const now = changedState(believed, watched, NOW);
      const graceUntil = startedAt === null ? 0 : startedAt + MINUTE_MS;
      const known = believed.repair.graceUntil ?? 0;
      if (graceUntil > NOW && graceUntil > known) {
        expect(now).toEqual({ ...believed, repair: { ...believed.repair, graceUntil } });
      } else expect(now).toBe(believed);
    }),
  );
});

it("changedState() counts and tries anew what is another one, and remembers what is open", () => {
  const spent = tried({
    recent: [1, 2, 3, 4, 5],
    attempts: 5,
    tried: [2, 2],
    nextAt: NOW,
    hasGivenUp: true,
  });
  const before = down({ errors: 1, passes: 0, repair: spent, incidents: [3] });
  const now = changedState(before, web({ specHash: "2" }), NOW);
  expect(now).toEqual({
    ...before,
    specHash: "2",
    failures: 0,
    errors: 0,
    recent: "",
    repair: tried(),
  });
});

it("changedState() lets an attempt that has not ended go on: it may be what made it another one", () => {
  const repair = tried({
    recent: [NOW - 9_000, NOW - 1_000],
    attempts: 4,
    tried: [2, 2],
    nextAt: NOW + 1_000,
    proving: 4,
    graceUntil: NOW + 500,
  });
  const now = changedState(down({ repair }), web({ specHash: "2" }), NOW);
  expect(now.repair).toEqual(
    tried({ recent: [NOW - 1_000], attempts: 1, proving: 4, graceUntil: NOW + 500 }),
  );
});

it("changedState() gives what was just started its grace, and what was long ago none", () => {
  const how = policy({ startupGraceMs: MINUTE_MS });
  const grace = (agoMs: number, specHash = "2"): number | null =>
    changedState(well(), web({ policy: how, startedAt: NOW - agoMs, specHash }), NOW).repair
      .graceUntil;
  expect(grace(0)).toBe(NOW + MINUTE_MS);
  expect(grace(0, "1")).toBe(NOW + MINUTE_MS);
  expect(grace(MINUTE_MS - 1)).toBe(NOW + 1);
  expect(grace(MINUTE_MS)).toBeNull();
});

it("changedState() gives it a new grace when it was started again since the last one", () => {
  const old = well({ repair: tried({ graceUntil: NOW - MINUTE_MS }) });
  const watched = web({ policy: policy({ startupGraceMs: MINUTE_MS }), startedAt: NOW });
  expect(changedState(old, watched, NOW).repair.graceUntil).toBe(NOW + MINUTE_MS);
});
