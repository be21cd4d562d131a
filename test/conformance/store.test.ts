import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { memoryStore } from "../../src/adapters/memory/store.ts";
import { sqliteStore } from "../../src/adapters/sqlite/store.ts";
import { StateConflictError, StateError } from "../../src/model/deploy-errors.ts";
import type { StateChange, Store } from "../../src/ports/store.ts";
import { testFolder, type TestFolder } from "../support/folder.ts";
import { deployed, put, sha256Of, step, version } from "../support/state.ts";

const EMPTY = {
  serial: 0,
  run: 0,
  resources: new Map(),
  openSteps: [],
  lastStep: 0,
  lastVersion: 0,
  pinnedTo: null,
};

let folder: TestFolder;
let store: Store;
beforeEach(() => {
  folder = testFolder();
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** How a store is opened for the first time, and by somebody who comes later; null where nobody can. */
const stores = {
  memory: { open: memoryStore, reopen: null },
  sqlite: {
    open: () => sqliteStore({ folder: join(folder.path, ".clockwork") }),
    reopen: () => sqliteStore({ folder: join(folder.path, ".clockwork") }),
  },
};

describe.each(Object.entries(stores))("a store: %s", (_, { open, reopen }) => {
  beforeEach(() => {
    store = open();
  });

  it("is empty at first", async () => {
    expect(await store.snapshot()).toEqual(EMPTY);
    expect(await store.versions()).toEqual([]);
    expect(await store.steps(1)).toEqual([]);
    expect(await store.version(1)).toBeNull();
    expect(await store.content(sha256Of(new Uint8Array()))).toBeNull();
    expect(await store.quarantined("a")).toBeNull();
  });

  it("counts commits, also those that change nothing", async () => {
    expect(await store.commit([])).toBe(1);
    expect(await store.commit([put("web")])).toBe(2);
    expect((await store.snapshot()).serial).toBe(2);
  });

  it("gives back what was put, in the order in which it came first", async () => {
    await store.commit([put("web"), put("api"), put("db")]);
    await store.commit([
      { type: "delete-resource", name: "api" },
      put("web", "nginx:1"),
      put("api"),
    ]);
    await store.commit([{ type: "delete-resource", name: "nobody" }]);
    const { resources } = await store.snapshot();
    expect([...resources]).toEqual([
      ["web", deployed("web", "nginx:1")],
      ["db", deployed("db")],
      ["api", deployed("api")],
    ]);
  });

  it.each(["__proto__", "constructor", "ü 👍\u2028", "a\0b", "", "x".repeat(10_000)])(
    "knows a resource by any name: %j",
    async (name) => {
      const resource = {
        ...deployed("api"),
        physical: JSON.parse('{"__proto__":{"a":1}}') as never,
      };
      await store.commit([{ type: "put-resource", name, resource }, put("web")]);
      const { resources } = await store.snapshot();
      expect([...resources.keys()]).toEqual([name, "web"]);
      expect(JSON.stringify(resources.get(name))).toBe(JSON.stringify(resource));
      await store.commit([{ type: "delete-resource", name }]);
      expect([...(await store.snapshot()).resources.keys()]).toEqual(["web"]);
    },
  );

  it("does not change with what it was given", async () => {
    const resource = deployed("web");
    const bytes = Buffer.from("abc");
    const sha256 = sha256Of(bytes);
    const committing = store.commit([
      { type: "put-resource", name: "web", resource },
      { type: "keep-content", sha256, bytes },
    ]);
    await committing;
    bytes.fill(0);
    Object.assign(resource, { createdAt: 0 });
    expect((await store.snapshot()).resources.get("web")).toEqual(deployed("web"));
    expect(Buffer.from((await store.content(sha256)) ?? [])).toEqual(Buffer.from("abc"));
  });

  it("tells which steps are open, and the last one of all", async () => {
    await store.commit([3, 1, 2].map((id) => ({ type: "put-step", step: step(id) })));
    await store.commit([
      { type: "put-step", step: step(3, "done") },
      { type: "put-step", step: step(2, "switched") },
    ]);
    const { openSteps, lastStep } = await store.snapshot();
    expect(openSteps).toEqual([step(1), step(2, "switched")]);
    expect(lastStep).toBe(3);
  });

  it("lists the steps of one version, in their order", async () => {
    const steps = [step(4, "done", 2), step(3, "done", 1), step(1, "done", 2)];
    await store.commit(steps.map((one) => ({ type: "put-step", step: one })));
    expect(await store.steps(2)).toEqual([step(1, "done", 2), step(4, "done", 2)]);
  });

  it("lists versions, the newest first, without what takes room", async () => {
    await store.commit(
      [2, 1, 3].map((number) => ({ type: "put-version", version: version(number) })),
    );
    await store.commit([{ type: "put-version", version: version(3, "failed") }]);
    const { resources, results, files, ...summary } = version(3, "failed");
    expect([resources.length, results.length, files]).not.toContain(0);
    expect(await store.versions({ limit: 1 })).toEqual([summary]);
    expect((await store.versions()).map(({ number }) => number)).toEqual([3, 2, 1]);
    expect(await store.version(2)).toEqual(version(2));
    expect(await store.version(4)).toBeNull();
    expect((await store.snapshot()).lastVersion).toBe(3);
  });

  it.each([
    [[], null],
    [["failed"], 1],
    [["rolled-back"], 1],
    [["failed", "failed"], 2],
    [["failed", "deployed"], null],
    [["deployed", "rolled-back"], 2],
    [["failed", "applying", "interrupted"], 1],
    [["failed", "deployed", "failed"], 3],
  ] as const)("after %j, knows which version failed", async (statuses, expected) => {
    await store.commit([
      ...statuses.map((status, index) => ({
        type: "put-version" as const,
        version: version(index + 1, status, "f".repeat(64)),
      })),
      // Another declaration has nothing to do with it.
      { type: "put-version", version: version(9, "failed", "e".repeat(64)) },
      { type: "put-version", version: version(10, "deployed", "d".repeat(64)) },
    ]);
    expect(await store.quarantined("f".repeat(64))).toBe(expected);
  });

  it("keeps content once, byte for byte", async () => {
    const bytes = Uint8Array.from(Array(1_000).keys(), (index) => index % 256);
    const sha256 = sha256Of(bytes);
    await store.commit([{ type: "keep-content", sha256, bytes }]);
    await store.commit([{ type: "keep-content", sha256, bytes }]);
    expect(Buffer.from((await store.content(sha256)) ?? [])).toEqual(Buffer.from(bytes));
    const none = new Uint8Array();
    await store.commit([{ type: "keep-content", sha256: sha256Of(none), bytes: none }]);
    expect((await store.content(sha256Of(none)))?.length).toBe(0);
  });

  it("refuses content that is too large, and changes nothing", async () => {
    const bytes = new Uint8Array(64 * 1024 * 1024 + 1);
    const keep: StateChange = { type: "keep-content", sha256: "a".repeat(64), bytes };
    await expect(store.commit([put("web"), keep])).rejects.toThrow(StateError);
    expect(await store.snapshot()).toEqual(EMPTY);
  });

  it("refuses who expects another serial or run, and changes nothing", async () => {
    await store.commit([{ type: "begin-run", run: 5 }, put("web")]);
    const before = await store.snapshot();
    for (const expected of [
      { serial: 0 },
      { run: 4 },
      { serial: 1, run: 6 },
      { serial: 2, run: 5 },
    ]) {
      const refused = store.commit([put("api"), { type: "set-pin", version: 1 }], {
        expect: expected,
      });
      await expect(refused).rejects.toThrow(StateConflictError);
    }
    expect(await store.snapshot()).toEqual(before);
    expect(await store.commit([], { expect: { serial: 1, run: 5 } })).toBe(2);
  });

  it("lets a run begin only after the one before, and changes nothing otherwise", async () => {
    await store.commit([{ type: "begin-run", run: 2 }]);
    for (const run of [2, 1, 0, -1]) {
      const refused = store.commit([put("web"), { type: "begin-run", run }]);
      await expect(refused).rejects.toThrow(StateConflictError);
    }
    expect(await store.snapshot()).toEqual({ ...EMPTY, serial: 1, run: 2 });
    await store.commit([{ type: "begin-run", run: 7 }]);
    expect((await store.snapshot()).run).toBe(7);
  });

  it("of two who commit at once with the same expectation, lets one", async () => {
    const both = await Promise.allSettled(
      ["web", "api"].map((name) => store.commit([put(name)], { expect: { serial: 0 } })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const { serial, resources } = await store.snapshot();
    expect([serial, resources.size]).toEqual([1, 1]);
  });

  it("carries out those that come at once in their order, and refuses one for itself alone", async () => {
    const commits = Array.from({ length: 30 }, (_, index) =>
      store.commit([put("web", String(index))], index === 7 ? { expect: { run: 1 } } : {}),
    );
    const [outcomes, { serial }] = await Promise.all([
      Promise.allSettled(commits),
      store.snapshot(),
    ]);
    const serials = outcomes.map((one) => (one.status === "fulfilled" ? one.value : null));
    expect(serials).toEqual(
      outcomes.map((_, index) => (index === 7 ? null : index + (index < 7 ? 1 : 0))),
    );
    expect(outcomes[7]).toMatchObject({ reason: { code: "state-conflict" } });
    expect(serial).toBeLessThanOrEqual(29);
    const { resources } = await store.snapshot();
    expect(resources.get("web")).toEqual(deployed("web", "29"));
  });

  it("pins, and lets go", async () => {
    await store.commit([{ type: "set-pin", version: 3 }]);
    expect((await store.snapshot()).pinnedTo).toBe(3);
    await store.commit([{ type: "set-pin", version: null }]);
    expect((await store.snapshot()).pinnedTo).toBeNull();
  });

  it("a snapshot stays as it was", async () => {
    await store.commit([put("web")]);
    const before = await store.snapshot();
    await store.commit([{ type: "delete-resource", name: "web" }]);
    expect([...before.resources.keys()]).toEqual(["web"]);
  });

  it.skipIf(reopen === null)("shows all of it to whoever comes later", async () => {
    await store.commit([
      put("web"),
      { type: "put-step", step: step(1) },
      { type: "put-version", version: version(1, "failed") },
      { type: "begin-run", run: 4 },
      { type: "set-pin", version: 1 },
    ]);
    const before = await store.snapshot();
    await using other = reopen?.() ?? store;
    expect(await other.snapshot()).toEqual(before);
    expect(await other.version(1)).toEqual(await store.version(1));
    await store[Symbol.asyncDispose]();
    await using later = reopen?.() ?? store;
    expect(await later.snapshot()).toEqual(before);
  });
});
