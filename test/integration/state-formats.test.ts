import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sqliteStore } from "../../src/adapters/sqlite/store.ts";
import type { Store } from "../../src/ports/store.ts";
import { testFolder, type TestFolder } from "../support/folder.ts";
import { deployed, sha256Of, stateFailureOf, step, version } from "../support/state.ts";
import { stateOfFormat1 } from "../support/state-format-1.ts";
import { stateOfFormat2 } from "../support/state-format-2.ts";
import {
  audit,
  event,
  heartbeat,
  hold,
  incident,
  MONDAY,
  repair,
  result,
  watchState,
} from "../support/watching.ts";

let folder: TestFolder;
let own: string;
let path: string;
beforeEach(() => {
  folder = testFolder();
  own = join(folder.path, ".clockwork");
  path = join(own, "state.db");
});
afterEach(() => {
  folder[Symbol.dispose]();
});

const open = (): Store => sqliteStore({ folder: own });
const WEB = { resource: "web", from: 0, to: Infinity };

describe("a state of format 1", () => {
  beforeEach(() => {
    mkdirSync(own);
    writeFileSync(path, stateOfFormat1());
  });

  /** What stands in it, whoever reads it. */
  async function expectContents(store: Store): Promise<void> {
    const snapshot = await store.snapshot();
    expect(snapshot).toMatchObject({ serial: 2, run: 3, pinnedTo: 1, lastStep: 2 });
    expect([...snapshot.resources]).toEqual([
      ["web", deployed("web")],
      ["api", deployed("api")],
    ]);
    expect(snapshot.openSteps).toEqual([step(1)]);
    expect(await store.version(1)).toEqual(version(1, "failed"));
    const content = await store.content(sha256Of(Buffer.from("listen 80;")));
    expect(Buffer.from(content ?? []).toString()).toBe("listen 80;");
  }

  it("opens, has all that it had, and takes what is watched", async () => {
    await using store = open();
    await expectContents(store);
    expect((await store.watching()).states.size).toBe(0);
    await store.commit([{ type: "put-incident", incident: incident(1) }]);
    store.record({ results: [result("web", MONDAY)], states: [watchState("web")] });
    await store.flush();
    expect(await store.results(WEB)).toHaveLength(1);
    await store[Symbol.asyncDispose]();
    await using later = open();
    await expectContents(later);
    expect(await later.watching()).toMatchObject({
      states: new Map([["web", watchState("web")]]),
      incidents: [incident(1)],
      lastIncident: 1,
    });
  });

  it("is kept beside it as it was", async () => {
    await using store = open();
    store.record({ results: [result("web", MONDAY)], states: [] });
    await store.flush();
    expect(readdirSync(own)).toContain("state.db.backup-1");
    const backup = new DatabaseSync(`${path}.backup-1`, { readOnly: true });
    const format = backup.prepare("PRAGMA user_version").get();
    const tables = backup.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const resources = backup.prepare("SELECT count(*) AS count FROM resources").get();
    backup.close();
    expect(format).toEqual({ user_version: 1 });
    expect(tables.map(({ name }) => name)).not.toContain("watches");
    expect(resources).toEqual({ count: 2 });
  });
});

describe("a state of format 2", () => {
  beforeEach(() => {
    mkdirSync(own);
    writeFileSync(path, stateOfFormat2());
  });

  it("opens, has all that it had, and takes what is new", async () => {
    await using store = open();
    const known = async (of: Store): Promise<unknown> => ({
      watching: await of.watching(),
      incidents: await of.incidents(),
      events: await of.events(),
      results: await of.results(WEB),
    });
    const before = await known(store);
    expect(before).toMatchObject({
      watching: {
        states: new Map([
          ["web", watchState("web")],
          ["api", watchState("api", 2)],
        ]),
        repairs: [repair(4)],
        holds: [hold(6)],
        deliveries: [{ channel: "log" }, { channel: "mail" }],
        lastMessage: 7,
        lastAudit: 0,
      },
      incidents: [incident(3), incident(2, "api", MONDAY + 1)],
      events: [event(5)],
      results: [result("web", MONDAY), result("web", MONDAY + 1)],
    });
    expect([await store.audit(), await store.heartbeat("web")]).toEqual([[], null]);
    await store.commit([
      { type: "put-heartbeat", heartbeat: heartbeat("web") },
      { type: "put-audit", record: audit(1) },
    ]);
    await store[Symbol.asyncDispose]();
    expect(readdirSync(own)).toContain("state.db.backup-2");
    await using later = open();
    expect(await known(later)).toEqual({
      ...(before as object),
      watching: { ...(before as { watching: object }).watching, lastAudit: 1 },
    });
    expect(await later.pulse("web")).toEqual({
      last: heartbeat("web"),
      expectedSince: deployed("web").updatedAt,
    });
    expect(await later.audit()).toEqual([audit(1)]);
  });

  it("tells since when heartbeats are expected, and is left as it was", async () => {
    const bytes = readFileSync(path);
    await using store = open();
    const expectedSince = deployed("web").updatedAt;
    expect(await store.pulse("web")).toEqual({ last: null, expectedSince });
    expect(await store.pulse("nobody")).toEqual({ last: null, expectedSince: null });
    expect(readdirSync(own)).toEqual(["state.db"]);
    expect(readFileSync(path)).toEqual(bytes);
  });

  it("is refused where a newer version wrote it, and left as it was", async () => {
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 4");
    database.close();
    const bytes = readFileSync(path);
    await using store = open();
    for (const task of [store.audit(), store.pulse("web"), store.commit([])]) {
      expect(await stateFailureOf(task)).toMatchObject({ code: "state-newer" });
    }
    expect(readFileSync(path)).toEqual(bytes);
  });
});
