import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StateConflictError, StateError } from "../../src/model/deploy-errors.ts";
import type { Store } from "../../src/ports/store.ts";
import type { WatchChange } from "../../src/ports/watch-store.ts";
import { testFolder, type TestFolder } from "../support/folder.ts";
import { put } from "../support/state.ts";
import { STORES } from "../support/stores.ts";
import {
  audit,
  DAY_MS,
  delivery,
  event,
  heartbeat,
  hold,
  incident,
  message,
  MONDAY,
  repair,
  result,
  watchState,
} from "../support/watching.ts";

const EMPTY = {
  states: new Map(),
  incidents: [],
  repairs: [],
  holds: [],
  deliveries: [],
  lastIncident: 0,
  lastRepair: 0,
  lastEvent: 0,
  lastHold: 0,
  lastMessage: 0,
  lastAudit: 0,
};

/** One of each change that puts something. */
const PUTS: readonly WatchChange[] = [
  { type: "put-watch", state: watchState("web") },
  { type: "put-incident", incident: incident(3) },
  { type: "put-repair", repair: repair(4) },
  { type: "put-event", event: event(5) },
  { type: "put-hold", hold: hold(6) },
  { type: "put-message", message: message(7), channels: ["mail", "log"] },
  { type: "put-heartbeat", heartbeat: heartbeat("web") },
  { type: "put-audit", record: audit(9) },
];

let folder: TestFolder;
let store: Store;
beforeEach(() => {
  folder = testFolder();
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

describe.each(Object.entries(STORES))("what a store knows of watching: %s", (_, kind) => {
  beforeEach(() => {
    store = kind.open(folder.path, { limitQueue: 10 });
  });

  const idsOf = (of: readonly { readonly id: number }[]): readonly number[] =>
    of.map(({ id }) => id);

  it("is nothing at first", async () => {
    expect(await store.watching()).toEqual(EMPTY);
    const lists = [store.incidents(), store.repairs(), store.events(), store.deliveries()];
    expect(await Promise.all([...lists, store.audit()])).toEqual([[], [], [], [], []]);
    expect(await store.incident(1)).toBeNull();
    expect(await store.heartbeat("web")).toBeNull();
    const query = { resource: "web", from: 0, to: Infinity };
    expect(await store.results(query)).toEqual([]);
    expect(await store.rollUps({ ...query, resolution: "day" })).toEqual([]);
    expect(await store.fold({ now: MONDAY })).toEqual({ folded: 0, isShortened: false });
    await store.flush();
    expect(store.lostResults()).toBe(0);
  });

  it("is given back as it was put", async () => {
    await store.commit(PUTS);
    const after = await store.watching();
    expect(after).toEqual({
      states: new Map([["web", watchState("web")]]),
      incidents: [incident(3)],
      repairs: [repair(4)],
      holds: [hold(6)],
      deliveries: [delivery(7, "log"), delivery(7, "mail")],
      lastIncident: 3,
      lastRepair: 4,
      lastEvent: 5,
      lastHold: 6,
      lastMessage: 7,
      lastAudit: 9,
    });
    expect(await store.events()).toEqual([event(5)]);
    expect(await store.incident(3)).toEqual(incident(3));
    expect(await store.incident(4)).toBeNull();
    expect(await store.heartbeat("web")).toEqual(heartbeat("web"));
    expect(await store.audit()).toEqual([audit(9)]);
  });

  it("leaves the serial as it is, unless something else changes with it", async () => {
    expect(await store.commit(PUTS)).toBe(0);
    expect(await store.commit([put("web")], { expect: { serial: 0 } })).toBe(1);
    expect(await store.commit(PUTS, { expect: { serial: 1 } })).toBe(1);
    expect(await store.commit([...PUTS, put("api")])).toBe(2);
    expect(await store.commit([])).toBe(3);
    expect((await store.snapshot()).serial).toBe(3);
  });

  it("changes whole, or not at all", async () => {
    const refused = store.commit(PUTS, { expect: { serial: 7 } });
    await expect(refused).rejects.toThrow(StateConflictError);
    const bytes = new Uint8Array(64 * 1024 * 1024 + 1);
    const tooLarge = store.commit([
      ...PUTS,
      { type: "keep-content", sha256: "a".repeat(64), bytes },
    ]);
    await expect(tooLarge).rejects.toThrow(StateError);
    expect(await store.watching()).toEqual(EMPTY);
    expect(await store.events()).toEqual([]);
  });

  it("remembers the greatest id, whatever became of it", async () => {
    await store.commit(PUTS);
    await store.commit([
      { type: "put-incident", incident: incident(1, "web", MONDAY + 1) },
      { type: "put-incident", incident: incident(3, "web", MONDAY + 1) },
      { type: "put-repair", repair: repair(4, "web", MONDAY + 1) },
      { type: "delete-hold", id: 6 },
      { type: "delete-watch", resource: "web" },
      { type: "put-delivery", delivery: delivery(7, "mail", "delivered") },
      { type: "put-delivery", delivery: delivery(7, "log", "dead") },
    ]);
    const [lastIncident, lastRepair, lastEvent] = [3, 4, 5];
    const last = { lastIncident, lastRepair, lastEvent, lastHold: 6, lastMessage: 7, lastAudit: 9 };
    expect(await store.watching()).toEqual({ ...EMPTY, ...last });
    await store.commit([{ type: "put-hold", hold: hold(2) }]);
    expect(await store.watching()).toEqual({ ...EMPTY, ...last, holds: [hold(2)] });
  });

  it("a message that is written again does not go out again", async () => {
    const put7: WatchChange = { type: "put-message", message: message(7), channels: ["log"] };
    await store.commit([put7]);
    await store.commit([{ type: "put-delivery", delivery: delivery(7, "log", "delivered") }]);
    await store.commit([{ ...put7, channels: ["log", "mail"] }]);
    expect((await store.watching()).deliveries).toEqual([delivery(7, "mail")]);
    expect(await store.deliveries()).toEqual([
      delivery(7, "mail"),
      delivery(7, "log", "delivered"),
    ]);
  });

  it.each(["__proto__", "constructor", "ü 👍\u2028", "a\0b", "", "x".repeat(10_000)])(
    "goes by any name: %j",
    async (name) => {
      store.record({ results: [result(name, MONDAY)], states: [watchState(name)] });
      await store.flush();
      await store.commit([{ type: "put-heartbeat", heartbeat: heartbeat(name) }]);
      expect(await store.pulse(name)).toEqual({ last: heartbeat(name), expectedSince: null });
      expect(await store.watching()).toMatchObject({
        states: new Map([[name, watchState(name)]]),
      });
      const query = { resource: name, from: MONDAY, to: MONDAY + DAY_MS };
      expect(await store.results(query)).toEqual([result(name, MONDAY)]);
    },
  );

  it("is recorded: the last state of each resource counts", async () => {
    const states = [1, 2, 3].map((failures) => watchState("web", failures));
    for (const state of states) store.record({ results: [], states: [state] });
    store.record({ results: [], states: [watchState("api"), watchState("db")] });
    await store.flush();
    const found = (await store.watching()).states;
    expect([...found.keys()].sort()).toEqual(["api", "db", "web"]);
    expect(found.get("web")).toEqual(watchState("web", 3));
    expect((await store.snapshot()).serial).toBe(0);
  });

  it("loses results, and tells how many, when more come at once than may wait; states never", async () => {
    const some = (count: number, at: number): ReturnType<typeof result>[] =>
      Array.from({ length: count }, (_each, index) => result("web", at + index));
    expect(store.record({ results: some(8, MONDAY), states: [] })).toBe(true);
    const states = [watchState("web", 9)];
    expect(store.record({ results: some(3, MONDAY + 100), states })).toBe(false);
    expect(store.record({ results: some(2, MONDAY + 200), states: [] })).toBe(true);
    expect(store.lostResults()).toBe(3);
    await store.flush();
    const query = { resource: "web", from: MONDAY, to: MONDAY + DAY_MS };
    expect(await store.results(query)).toEqual([...some(8, MONDAY), ...some(2, MONDAY + 200)]);
    expect((await store.watching()).states.get("web")).toEqual(watchState("web", 9));
    expect(store.record({ results: some(10, MONDAY + 300), states: [] })).toBe(true);
    expect(store.lostResults()).toBe(3);
  });

  const stateOf = async (name: string): Promise<number | undefined> =>
    (await store.watching()).states.get(name)?.failures;
  const recordState = (failures: number): void => {
    store.record({ results: [], states: [watchState("web", failures)] });
  };
  const putState = (failures: number): WatchChange => ({
    type: "put-watch",
    state: watchState("web", failures),
  });

  it("is what was asked last, be it recorded or committed", async () => {
    recordState(1);
    const committing = store.commit([putState(2)]);
    await store.flush();
    await committing;
    expect(await stateOf("web")).toBe(2);
    recordState(3);
    const first = store.commit([putState(4)]);
    recordState(5);
    await Promise.all([first, store.flush()]);
    expect(await stateOf("web")).toBe(5);
    recordState(6);
    await store.commit([{ type: "delete-watch", resource: "web" }]);
    await store.flush();
    expect(await stateOf("web")).toBeUndefined();
  });

  it("stays as it was recorded where the commit after it is refused", async () => {
    recordState(1);
    const refused = store.commit([putState(2)], { expect: { serial: 5 } });
    const later = store.commit([putState(3)], { expect: { serial: 6 } });
    await Promise.allSettled([refused, later, store.flush()]);
    await store.flush();
    expect(await stateOf("web")).toBe(1);
    recordState(4);
    const taken = store.commit([putState(5)]);
    const notTaken = store.commit([putState(6)], { expect: { serial: 5 } });
    await Promise.allSettled([taken, notTaken, store.flush()]);
    await store.flush();
    expect(await stateOf("web")).toBe(5);
  });

  it("keeps the newest events, messages until they are old and delivered, all else for ever", async () => {
    const now = MONDAY + 400 * DAY_MS;
    const ids = Array.from({ length: 100_003 }, (_each, index) => index + 1);
    await store.commit([
      ...ids.map((id): WatchChange => ({ type: "put-event", event: event(id) })),
      { type: "put-incident", incident: incident(1, "web", MONDAY) },
      { type: "put-repair", repair: repair(1, "web", MONDAY) },
      { type: "put-heartbeat", heartbeat: heartbeat("web") },
      ...ids.slice(0, 200).map((id): WatchChange => ({ type: "put-audit", record: audit(id) })),
      { type: "put-delivery", delivery: delivery(1, "log", "delivered") },
      { type: "put-delivery", delivery: delivery(1, "mail", "dead") },
      { type: "put-delivery", delivery: delivery(2, "log", "delivered") },
      { type: "put-delivery", delivery: delivery(3, "log", "pending") },
      { type: "put-delivery", delivery: delivery(4, "log", "delivered", now - 89 * DAY_MS) },
    ]);
    await store.fold({ now });
    expect(idsOf(await store.events({ after: 0, limit: 2 }))).toEqual([4, 5]);
    expect(idsOf(await store.events({ limit: 1 }))).toEqual([100_003]);
    expect(await store.incidents()).toHaveLength(1);
    expect(await store.repairs()).toHaveLength(1);
    expect(await store.heartbeat("web")).not.toBeNull();
    expect(await store.audit({ after: 0, limit: 1_000 })).toHaveLength(200);
    expect(await store.deliveries({ after: 0 })).toEqual([
      delivery(1, "mail", "dead"),
      delivery(3, "log", "pending"),
      delivery(4, "log", "delivered", now - 89 * DAY_MS),
    ]);
    expect(await store.watching()).toMatchObject({ lastEvent: 100_003, lastMessage: 4 });
  });

  it.skipIf(!kind.isLasting)("is shown to whoever comes later, once it is written", async () => {
    await store.commit(PUTS);
    store.record({ results: [result("web", MONDAY)], states: [watchState("web", 2)] });
    await store.flush();
    const before = await store.watching();
    const query = { resource: "web", from: 0, to: Infinity };
    await using beside = kind.open(folder.path);
    expect(await beside.watching()).toEqual(before);
    expect(await beside.results(query)).toEqual([result("web", MONDAY)]);
    // Closing writes what still waits.
    store.record({ results: [result("web", MONDAY + 1)], states: [watchState("web", 3)] });
    await store[Symbol.asyncDispose]();
    expect(store.record({ results: [result("web", MONDAY + 2)], states: [] })).toBe(false);
    await using later = kind.open(folder.path);
    expect(await later.results(query)).toHaveLength(2);
    expect((await later.watching()).states.get("web")).toEqual(watchState("web", 3));
    expect(await later.events()).toEqual([event(5)]);
    expect(await later.audit()).toEqual([audit(9)]);
    expect(await later.heartbeat("web")).toEqual(heartbeat("web"));
  });
});
