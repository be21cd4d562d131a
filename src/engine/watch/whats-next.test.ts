import { expect, it } from "vitest";
import { MOMENT } from "../../../test/support/deployments.ts";
import {
  attemptOf,
  explanationOf,
  holdOf,
  incidentOf,
  watchPolicy,
  watchState,
} from "../../../test/support/watch-control.ts";
import { whatsNext, type Outlook } from "./whats-next.ts";

const next = (outlook: Partial<Outlook> = {}): readonly string[] =>
  whatsNext({ ...explanationOf(), nextLookAt: null, now: MOMENT, isWatched: true, ...outlook });

const down = (state: Parameters<typeof watchState>[0] = {}): Pick<Outlook, "state"> => ({
  state: watchState({ health: "unhealthy", failures: 3, passes: 0, healthySince: null, ...state }),
});

it("whatsNext() of what is well is its next look", () => {
  expect(next({ nextLookAt: MOMENT + 18_000 })).toEqual(["next look in 18s, at 03:04:23Z"]);
  expect(next({ nextLookAt: MOMENT - 5 })).toEqual(["next look now"]);
  expect(next({ isLooking: true, nextLookAt: MOMENT })).toEqual(["it is being looked at"]);
  expect(next()).toEqual(["nothing is due"]);
});

it("whatsNext() says when it is destroyed, and what became of it then", () => {
  expect(next({ destroyAt: MOMENT + 90 * 60_000 })).toEqual([
    "destroyed in 1h30m, at 04:34:05Z (maxDuration)",
  ]);
  expect(next({ destroyAt: MOMENT + 86_400_000 * 2 })).toEqual([
    "destroyed in 2d, at 2026-01-04 03:04:05Z (maxDuration)",
  ]);
  const clock = holdOf({ kind: "clock", by: "clockwork" });
  expect(next({ destroyAt: MOMENT - 1, holds: [clock] })).toEqual([
    "it is not destroyed: its deadline was crossed by a jump of the clock; clockwork resume web confirms that it may be",
  ]);
  expect(next({ state: watchState({ expiredAt: MOMENT - 60_000 }) })).toEqual([
    "nothing: its time was over at 03:03:05Z, and it was destroyed; clockwork apply makes it again",
  ]);
});

it("whatsNext() counts what is missing until its health changes", () => {
  const failing = watchState({ failures: 1 });
  expect(next({ state: failing })).toEqual([
    "2 more failures in a row: it is unhealthy, and restart is tried at once",
  ]);
  const policy = watchPolicy({ isReconciled: false });
  expect(next({ state: watchState({ failures: 2 }), policy })).toEqual([
    "1 more failure in a row: it is unhealthy",
  ]);
  const window = watchPolicy({ window: { failures: 3, of: 5 }, isReconciled: false });
  expect(next({ state: watchState({ failures: 1, recent: "ff|fpf" }), policy: window })).toEqual([
    "1 more failure among the last 5 looks: it is unhealthy",
  ]);
  expect(next({ state: watchState({ errors: 1 }) })).toEqual([
    "two more errors in a row: it is unknown",
  ]);
  expect(next({ ...down({ failures: 0, passes: 1 }), policy })).toEqual([
    "nothing is repaired: reconcile is off for web",
    "1 more pass in a row: it is healthy again",
  ]);
});

it("whatsNext() names the next attempt, what follows, and when it gives up", () => {
  expect(next(down())).toEqual([
    "next attempt, restart, now; after that restart again, then recreate; gives up after 5 within an hour",
  ]);
  const repair = {
    tried: [2],
    attempts: 2,
    recent: [MOMENT - 40_000, MOMENT - 20_000],
    nextAt: MOMENT + 18_000,
  };
  expect(next({ ...down({ repair }), nextLookAt: MOMENT + 3_000 })).toEqual([
    "next attempt, recreate, in 18s, at 03:04:23Z; after that recreate again; gives up after 5 within an hour (2 made)",
    "next look in 3s, at 03:04:08Z",
  ]);
  const all = { ...repair, tried: [2, 2], attempts: 4 };
  expect(next(down({ repair: all }))[0]).toBe(
    "gives up at its next look: everything that may be tried was tried",
  );
  const recent = [5, 4, 3, 2, 1].map((minute) => MOMENT - minute * 60_000);
  const earlier = next(down({ repair: { ...repair, recent } }))[0];
  expect(earlier).toMatch(/^next attempt, recreate, in 55m, at 03:59:05Z; .* \(4 made\)$/u);
  expect(next(down({ repair: { ...repair, recent, attempts: 5 } }))[0]).toBe(
    "gives up in 18s, at 03:04:23Z: 5 attempts within an hour did not help",
  );
  const given = { ...repair, hasGivenUp: true };
  expect(next(down({ repair: given }))[0]).toBe(
    "no more is tried: given up after 2 attempts, the last at 03:03:45Z; clockwork repair web tries again, as do a new version and ten healthy minutes",
  );
});

it("whatsNext() tells of an attempt that is under way, or has to prove itself", () => {
  const attempt = attemptOf({ attempt: 2, startedAt: MOMENT - 5_000, outcome: null });
  const running = { running: 3, tried: [2], attempts: 2 };
  expect(next({ ...down({ repair: running }), repairs: [attempt] })).toEqual([
    "restart, attempt 2, is under way since 03:04:00Z",
  ]);
  const proving = { proving: 3, tried: [2], attempts: 2, graceUntil: MOMENT + 25_000 };
  expect(next({ ...down({ repair: proving }), repairs: [attempt] })).toEqual([
    "restart, attempt 2, is done, and has until 03:04:30Z to prove itself by its assertions; otherwise recreate follows",
  ]);
});

it("whatsNext() says why nothing is repaired", () => {
  expect(next(down({ causedBy: "db" }))).toEqual([
    "nothing is repaired here: db is at the root of it (clockwork explain db)",
  ]);
  expect(next(down({ errors: 3, health: "unknown", failures: 0 }))).toEqual([
    "nothing is repaired while it cannot be looked at",
  ]);
  const bare = watchPolicy({ ladder: [] });
  expect(next({ ...down(), policy: bare })).toEqual([
    "nothing is repaired: no action may be tried",
  ]);
  const revert = { action: "revert", parameters: {}, attempts: 1 };
  const young = watchPolicy({ ladder: [revert], revertUntil: MOMENT + 1 });
  expect(next({ ...down(), policy: young })[0]).toMatch(/^next attempt, revert, now; gives up/u);
  expect(next({ ...down(), policy: { ...young, revertUntil: MOMENT } })).toEqual([
    "nothing is repaired: no action may be tried now",
  ]);
  const state = watchState({ sync: "drifted" });
  expect(next({ state, policy: watchPolicy({ onDrift: "alert" }) })).toEqual([
    "it is not corrected: onDrift is alert; clockwork repair web does so once",
  ]);
  expect(next({ state })[0]).toMatch(/^next attempt, reconcile, now; gives up/u);
});

it("whatsNext() of a task says when its action runs again", () => {
  const once = watchPolicy({ repairMode: "once", repeatActionMs: 60_000 });
  const repair = { tried: [1], attempts: 1, nextAt: MOMENT + 60_000, recent: [MOMENT] };
  expect(next({ ...down({ repair }), policy: once })).toEqual([
    "next, restart, in 1m, at 03:05:05Z",
  ]);
  const never = { ...once, repeatActionMs: null };
  expect(next({ ...down({ repair: { ...repair, nextAt: null } }), policy: never })).toEqual([
    "restart was carried out once, and is not again before it is well",
  ]);
});

it("whatsNext() says what is held, by whom, and how that ends", () => {
  expect(next({ ...down(), nextLookAt: MOMENT, holds: [holdOf({ comment: "moving" })] })).toEqual([
    "it is neither looked at nor repaired: paused by alice@desk (moving); clockwork resume web ends that",
  ]);
  const kept = holdOf({ kind: "maintenance", resource: null, until: MOMENT + 3_600_000 });
  expect(next({ ...down(), nextLookAt: MOMENT, holds: [kept] })).toEqual([
    "it is neither repaired nor told of until 04:04:05Z: the whole project is in maintenance by alice@desk; clockwork resume --all ends that",
    "next look now",
  ]);
  expect(next({ holds: [holdOf({ until: MOMENT - 1 })] })).toEqual(["nothing is due"]);
  const acknowledged = { by: "bob@desk", at: MOMENT - 60_000, comment: "on it" };
  expect(next({ incidents: [incidentOf({ acknowledged })] })).toEqual([
    "nobody is told before it ends: bob@desk took it over at 03:03:05Z (on it)",
  ]);
});

it("whatsNext() says so when nobody looks, and when a deploy is under way", () => {
  expect(next({ ...down(), nextLookAt: MOMENT, isWatched: false })).toEqual([
    "nothing before clockwork up runs again: nobody looks meanwhile",
  ]);
  expect(next({ ...down(), isDeploying: true })).toEqual([
    "a deploy works on it: it is judged and repaired again once that has ended",
  ]);
});

it("whatsNext() tells when what was tried is forgotten", () => {
  const state = watchState({ healthySince: MOMENT - 120_000, repair: { attempts: 2, tried: [2] } });
  expect(next({ state })).toEqual([
    "what was tried (2 attempts) is forgotten in 8m, at 03:12:05Z, after 10m without a failure",
  ]);
});
