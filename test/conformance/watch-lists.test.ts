import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Store } from "../../src/ports/store.ts";
import type { WatchChange } from "../../src/ports/watch-store.ts";
import { testFolder, type TestFolder } from "../support/folder.ts";
import { deployed, put, step } from "../support/state.ts";
import { STORES } from "../support/stores.ts";
import {
  audit,
  event,
  heartbeat,
  incident,
  message,
  MONDAY,
  repair,
  watchState,
} from "../support/watching.ts";

let folder: TestFolder;
let store: Store;
beforeEach(() => {
  folder = testFolder();
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

describe.each(Object.entries(STORES))("what a store lists of watching: %s", (_, kind) => {
  beforeEach(() => {
    store = kind.open(folder.path);
  });

  const idsOf = (of: readonly { readonly id: number }[]): readonly number[] =>
    of.map(({ id }) => id);

  it("comes the newest first, or on from an id", async () => {
    const ids = Array.from({ length: 150 }, (_each, index) => index + 1);
    const owner = (id: number): string => (id % 3 === 0 ? "api" : "web");
    await store.commit(
      ids.toReversed().flatMap((id): readonly WatchChange[] => [
        { type: "put-incident", incident: incident(id, owner(id)) },
        { type: "put-repair", repair: repair(id, owner(id)) },
        { type: "put-event", event: event(id, id % 11 === 0 ? null : owner(id)) },
        { type: "put-message", message: message(id, owner(id)), channels: ["log"] },
        { type: "put-audit", record: audit(id) },
      ]),
    );
    const messagesOf: typeof store.events = async (query) => {
      const found = await store.deliveries(query);
      return found.map(({ message: { id, resource } }) => ({ ...event(id), resource }));
    };
    for (const list of [store.incidents, store.repairs, store.events, messagesOf]) {
      expect(idsOf(await list())).toEqual(ids.toReversed().slice(0, 100));
      expect(idsOf(await list({ limit: 3 }))).toEqual([150, 149, 148]);
      expect(idsOf(await list({ limit: 99_999 }))).toEqual(ids.toReversed());
      expect(idsOf(await list({ after: 50, limit: 3 }))).toEqual([51, 52, 53]);
      expect(idsOf(await list({ after: 150 }))).toEqual([]);
      expect(idsOf(await list({ after: 0, limit: 2 }))).toEqual([1, 2]);
      expect(idsOf(await list({ resource: "api", limit: 2 }))).toEqual([150, 147]);
      expect(idsOf(await list({ resource: "api", after: 90, limit: 2 }))).toEqual([93, 96]);
      expect(idsOf(await list({ resource: "nobody" }))).toEqual([]);
      expect(idsOf(await list({ resource: "api", before: 90, limit: 2 }))).toEqual([87, 84]);
    }
    const lists = [store.incidents, store.repairs, store.events, store.audit];
    for (const list of [...lists, messagesOf]) {
      expect(idsOf(await list({ limit: 3 }))).toEqual([150, 149, 148]);
      expect(idsOf(await list({ before: 148, limit: 3 }))).toEqual([147, 146, 145]);
      expect(idsOf(await list({ before: 3 }))).toEqual([2, 1]);
      expect(idsOf(await list({ before: 1 }))).toEqual([]);
      expect(idsOf(await list({ before: 99_999, limit: 1 }))).toEqual([150]);
      expect(idsOf(await list({ after: 149 }))).toEqual([150]);
    }
  });

  it("comes page by page, each of them once, whatever comes meanwhile", async () => {
    const some = (from: number, to: number): readonly WatchChange[] =>
      Array.from({ length: to - from }, (_each, index) => {
        return { type: "put-audit", record: audit(from + index) };
      });
    await store.commit(some(1, 25));
    const pages: (readonly number[])[] = [];
    for (let before = Infinity; ;) {
      const page = idsOf(await store.audit({ before, limit: 10 }));
      if (page.length === 0) break;
      pages.push(page);
      before = page.at(-1) ?? 0;
      await store.commit(some(100 + before, 110 + before));
    }
    expect(pages.map(({ length }) => length)).toEqual([10, 10, 4]);
    expect(pages.flat()).toEqual(Array.from({ length: 24 }, (_each, index) => 24 - index));
  });

  it("incidents come by whether they are open", async () => {
    const open = (id: number): boolean => id % 3 === 0;
    await store.commit(
      [1, 2, 3, 4, 5, 6, 7].map((id): WatchChange => {
        const resource = id > 4 ? "api" : "web";
        return { type: "put-incident", incident: incident(id, resource, open(id) ? null : MONDAY) };
      }),
    );
    const ids = async (query: Parameters<Store["incidents"]>[0]): Promise<readonly number[]> =>
      idsOf(await store.incidents(query));
    expect(await ids({ isOpen: true })).toEqual([6, 3]);
    expect(await ids({ isOpen: false })).toEqual([7, 5, 4, 2, 1]);
    expect(await ids({ isOpen: false, before: 7, limit: 2 })).toEqual([5, 4]);
    expect(await ids({ isOpen: true, after: 3 })).toEqual([6]);
    expect(await ids({ isOpen: true, resource: "web" })).toEqual([3]);
    expect(await ids({ isOpen: false, resource: "api", before: 6 })).toEqual([5]);
    await store.commit([{ type: "put-incident", incident: incident(6, "api", MONDAY) }]);
    expect(await ids({ isOpen: true })).toEqual([3]);
  });

  it("a heartbeat is the last of its resource, and goes with it", async () => {
    const beat = (resource: string, more: Parameters<typeof heartbeat>[1] = {}): WatchChange => ({
      type: "put-heartbeat",
      heartbeat: heartbeat(resource, more),
    });
    await store.commit([beat("web"), beat("api"), beat("db")]);
    // The last one that came counts, even if the clock was set back.
    await store.commit([beat("web", { at: MONDAY - 1, isOk: false, comment: "" })]);
    expect(await store.heartbeat("web")).toEqual(
      heartbeat("web", { at: MONDAY - 1, isOk: false, comment: "" }),
    );
    await store.commit([put("web"), put("api"), { type: "put-watch", state: watchState("api") }]);
    expect(await store.heartbeat("web")).not.toBeNull();
    await store.commit([{ type: "delete-resource", name: "web" }]);
    await store.commit([{ type: "delete-watch", resource: "api" }]);
    const all = ["web", "api", "db"].map((name) => store.heartbeat(name));
    expect(await Promise.all(all)).toEqual([null, null, heartbeat("db")]);
    expect((await store.snapshot()).resources.has("api")).toBe(true);
  });

  it("a heartbeat is expected since its resource was deployed, or its deploy under way began", async () => {
    const since = async (name = "web"): Promise<number | null> =>
      (await store.pulse(name)).expectedSince;
    expect(await store.pulse("web")).toEqual({ last: null, expectedSince: null });
    await store.commit([{ type: "put-step", step: step(1) }]);
    expect(await since()).toBe(1);
    expect(await since("api")).toBeNull();
    await store.commit([{ type: "put-step", step: step(1, "done") }, put("web")]);
    expect(await since()).toBe(deployed("web").updatedAt);
    await store.commit([
      { type: "put-step", step: { ...step(2), startedAt: MONDAY } },
      { type: "put-step", step: { ...step(3), resource: "api" } },
      { type: "put-heartbeat", heartbeat: heartbeat("web") },
    ]);
    expect(await store.pulse("web")).toEqual({ last: heartbeat("web"), expectedSince: MONDAY });
    await store.commit([{ type: "put-step", step: step(2, "undone") }]);
    expect(await since()).toBe(deployed("web").updatedAt);
  });
});
