import { expect, onTestFinished, test } from "vitest";
import { entry, hold } from "../../../test/support/watch-decisions.ts";
import { LabStore } from "../../../test/support/watch-lab.ts";
import type { Hold } from "../../model/incident.ts";
import { simulatedClock, type SimulatedClock } from "../../testing/simulated-clock.ts";
import { Cancellation } from "../cancellation.ts";
import type { Entry } from "./entry.ts";
import { Housekeeping } from "./housekeeping.ts";
import { Ledger } from "./ledger.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Half past something: no full hour is near. */
const START_MS = Date.UTC(2026, 0, 1, 0, 30);

interface House {
  readonly clock: SimulatedClock;
  readonly store: LabStore;
  readonly ledger: Ledger;
  readonly entries: readonly Entry[];
  /** What was destroyed. */
  readonly expired: string[];
  /** What is to be looked at again. */
  readonly hinted: string[];
}

async function keeping(deadlines: Readonly<Record<string, number | null>>): Promise<House> {
  const clock = simulatedClock({ auto: false, startMs: START_MS });
  const store = new LabStore();
  const controller = new AbortController();
  const cancellation = new Cancellation(controller.signal);
  const onStoreFailure = (): void => undefined;
  const ledger = new Ledger(
    {
      project: "shop",
      store,
      clock,
      random: { next: () => 0.5 },
      channels: [],
      onEvent: () => undefined,
      onStoreFailure,
    },
    cancellation,
  );
  ledger.begin(await store.watching());
  const entries = Object.entries(deadlines).map(([name, inMs]) =>
    entry({ name, destroyAt: inMs === null ? null : START_MS + inMs }),
  );
  const expired: string[] = [];
  const hinted: string[] = [];
  const expiring = new Set<Entry>(entries);
  const household = {
    ledger,
    expiring: () => [...expiring],
    expire: (one: Entry) => {
      expiring.delete(one);
      expired.push(one.subject.name);
    },
    hint: (name: string) => {
      hinted.push(name);
    },
    entries: () => entries,
  };
  const run = new Housekeeping(household, { clock, store, onStoreFailure }, cancellation).run();
  onTestFinished(async () => {
    controller.abort();
    await run;
  });
  return { clock, store, ledger, entries, expired, hinted };
}

const wanted = (changes: Partial<Hold>): Omit<Hold, "id"> => {
  const { kind, resource, from, until, by, comment } = hold({ from: START_MS, ...changes });
  return { kind, resource, from, until, by, comment };
};

const types = ({ store }: House): readonly string[] => store.events.map(({ type }) => type);

test("what has a deadline is destroyed when it has passed, and nothing sooner", async () => {
  const house = await keeping({ web: HOUR_MS, db: null });
  await house.clock.advance(HOUR_MS - 1);
  expect(house.expired).toEqual([]);
  await house.clock.advance(1_000);
  expect(house.expired).toEqual(["web"]);
  expect(types(house)).toEqual([]);
});

test("a deadline beyond the 24.8 days of a timer is kept to the second", async () => {
  const house = await keeping({ web: 60 * DAY_MS });
  // Most of that time, in one step: there would be five million ticks.
  house.clock.jump(60 * DAY_MS - 10_000 - 2 * MINUTE_MS);
  await house.clock.advance(2 * MINUTE_MS);
  expect(house.expired).toEqual([]);
  await house.clock.advance(11_000);
  expect(house.expired).toEqual(["web"]);
});

test("a jump of five minutes or less crosses deadlines as time does", async () => {
  const house = await keeping({ web: 4 * MINUTE_MS });
  await house.clock.advance(1_500);
  house.clock.jump(5 * MINUTE_MS);
  await house.clock.advance(1_000);
  expect(house.expired).toEqual(["web"]);
  expect(types(house)).toEqual([]);
});

test("a longer jump is told, and what it crossed waits until somebody confirms it", async () => {
  const house = await keeping({ web: HOUR_MS, later: 3 * HOUR_MS, passed: 1_000 });
  await house.clock.advance(1_500);
  expect(house.expired).toEqual(["passed"]);
  house.clock.jump(2 * HOUR_MS);
  await house.clock.advance(10 * MINUTE_MS);
  expect(house.expired).toEqual(["passed"]);
  expect(types(house)).toEqual(["clock_jumped", "held"]);
  expect(house.store.events[0]?.text).toBe("the clock went forward by 120 minutes");
  expect(house.ledger.holds).toMatchObject([{ kind: "clock", resource: "web", until: null }]);
  // What the jump did not cross has its time.
  await house.clock.advance(HOUR_MS);
  expect(house.expired).toEqual(["passed", "later"]);
  await house.ledger.release(house.ledger.holds, "by ann");
  await house.clock.advance(1_000);
  expect(house.expired).toEqual(["passed", "later", "web"]);
});

test("a jump does not hold what was due before it", async () => {
  const house = await keeping({ web: 5_000 });
  await house.ledger.hold(wanted({ kind: "pause", until: START_MS + 4 * HOUR_MS }));
  await house.clock.advance(MINUTE_MS);
  house.clock.jump(2 * HOUR_MS);
  await house.clock.advance(MINUTE_MS);
  expect(types(house)).toEqual(["held", "clock_jumped"]);
  await house.clock.advance(2 * HOUR_MS);
  expect(house.expired).toEqual(["web"]);
});

test("a jump just beyond five minutes counts", async () => {
  const house = await keeping({ web: 4 * MINUTE_MS });
  await house.clock.advance(1_500);
  house.clock.jump(5 * MINUTE_MS + 1);
  await house.clock.advance(1_000);
  expect(house.expired).toEqual([]);
  expect(types(house)).toEqual(["clock_jumped", "held"]);
});

test("a jump back is told, and crosses nothing", async () => {
  const house = await keeping({ web: HOUR_MS });
  await house.clock.advance(30 * MINUTE_MS);
  house.clock.jump(-HOUR_MS);
  await house.clock.advance(MINUTE_MS);
  expect(types(house)).toEqual(["clock_jumped"]);
  expect(house.store.events[0]?.text).toBe("the clock went back by 60 minutes");
  expect(house.expired).toEqual([]);
  await house.clock.advance(90 * MINUTE_MS);
  expect(house.expired).toEqual(["web"]);
});

test("a clock that is set right again has crossed nothing", async () => {
  const house = await keeping({ web: HOUR_MS });
  await house.clock.advance(1_500);
  house.clock.jump(DAY_MS);
  await house.clock.advance(MINUTE_MS);
  house.clock.jump(-DAY_MS);
  await house.clock.advance(MINUTE_MS);
  expect(types(house)).toEqual(["clock_jumped", "held", "clock_jumped", "released"]);
  expect(house.expired).toEqual([]);
  await house.clock.advance(HOUR_MS);
  expect(house.expired).toEqual(["web"]);
});

test("what a jump crossed is not destroyed while that cannot be stored, and then it waits", async () => {
  const house = await keeping({ web: HOUR_MS });
  await house.clock.advance(1_500);
  house.store.failure = new Error("disk full");
  house.clock.jump(2 * HOUR_MS);
  await house.clock.advance(10_000);
  expect(house.expired).toEqual([]);
  house.store.failure = null;
  await house.clock.advance(10_000);
  expect(house.expired).toEqual([]);
  expect(types(house)).toEqual(["clock_jumped", "held"]);
});

test("holds end by themselves, and who they were on is looked at again", async () => {
  const house = await keeping({ web: null, db: null });
  await house.ledger.hold(wanted({ resource: "web", until: START_MS + 10_000 }));
  await house.ledger.hold(wanted({ resource: "db", until: null }));
  await house.clock.advance(9_999);
  expect([house.ledger.holds.length, house.hinted]).toEqual([2, []]);
  await house.clock.advance(1_000);
  expect(house.ledger.holds).toMatchObject([{ resource: "db" }]);
  expect(house.hinted).toEqual(["web"]);
  await house.ledger.hold(wanted({ resource: null, until: START_MS + 20_000 }));
  await house.clock.advance(10_000);
  expect(house.hinted).toEqual(["web", "web", "db"]);
  expect(types(house).at(-1)).toBe("released");
});

test("a hold whose end cannot be stored ends later, and nobody is looked at because of it before", async () => {
  const house = await keeping({ web: null });
  await house.ledger.hold(wanted({ resource: null, until: START_MS + 1_000 }));
  house.store.failure = new Error("disk full");
  await house.clock.advance(10_000);
  expect([house.ledger.holds.length, house.hinted]).toEqual([1, []]);
  house.store.failure = null;
  await house.clock.advance(1_000);
  expect([house.ledger.holds.length, house.hinted]).toEqual([0, ["web"]]);
});

test("what is paused is not destroyed before it is resumed; a maintenance keeps nothing from its end", async () => {
  const house = await keeping({ web: 5_000, db: 5_000 });
  await house.ledger.hold(wanted({ kind: "pause", resource: "web", until: START_MS + MINUTE_MS }));
  await house.ledger.hold(wanted({ kind: "maintenance", resource: "db" }));
  await house.clock.advance(30_000);
  expect(house.expired).toEqual(["db"]);
  await house.clock.advance(31_000);
  expect(house.expired).toEqual(["db", "web"]);
});

test("what a plan works on is not destroyed meanwhile", async () => {
  const house = await keeping({ web: 5_000 });
  const [web] = house.entries;
  Object.assign(web ?? {}, { exclusions: 1 });
  await house.clock.advance(10_000);
  expect(house.expired).toEqual([]);
  Object.assign(web ?? {}, { exclusions: 0 });
  await house.clock.advance(1_000);
  expect(house.expired).toEqual(["web"]);
});

test("history is folded at the start, and once an hour, some seconds after it is full, also when the clock was set back", async () => {
  const house = await keeping({});
  await house.clock.advance(30 * MINUTE_MS + 4_000);
  expect(house.store.folds.map((at) => at - START_MS)).toEqual([5_000]);
  await house.clock.advance(3 * HOUR_MS);
  const hours = house.store.folds.map((at) => Math.round((at - START_MS) / (30 * MINUTE_MS)));
  expect(hours).toEqual([0, 1, 3, 5]);
  house.clock.jump(-30 * DAY_MS);
  await house.clock.advance(HOUR_MS);
  expect(house.store.folds.length).toBeGreaterThanOrEqual(5);
  expect(house.store.folds.length).toBeLessThanOrEqual(6);
});
