import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sqliteStore } from "../../src/adapters/sqlite/store.ts";
import { StateError } from "../../src/model/deploy-errors.ts";
import type { Store } from "../../src/ports/store.ts";
import { testFolder, type TestFolder } from "../support/folder.ts";
import { put, stateFailureOf } from "../support/state.ts";
import {
  audit,
  event,
  heartbeat,
  hold,
  HOUR_MS,
  incident,
  message,
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

/** A state with something of everything that is known of watching. */
async function makeState(): Promise<void> {
  await using store = open();
  await store.commit([
    { type: "put-watch", state: watchState("web") },
    { type: "put-incident", incident: incident(1) },
    { type: "put-repair", repair: repair(2) },
    { type: "put-event", event: event(3) },
    { type: "put-hold", hold: hold(4) },
    { type: "put-message", message: message(5), channels: ["log"] },
    { type: "put-heartbeat", heartbeat: heartbeat("web") },
    { type: "put-audit", record: audit(6) },
  ]);
  store.record({ results: [result("web", MONDAY), result("web", MONDAY + HOUR_MS)], states: [] });
  await store.fold({ now: MONDAY + HOUR_MS });
}

/** Does something with the file behind everybody's back. */
function tamper(sql: string, ...values: readonly (string | Uint8Array)[]): void {
  const database = new DatabaseSync(path);
  database.prepare(sql).run(...values);
  database.close();
}

describe("what is known of watching", () => {
  it("makes no file where nothing was recorded", async () => {
    await using store = open();
    store.record({ results: [], states: [] });
    await store.flush();
    await store.fold({ now: MONDAY });
    expect((await store.watching()).states.size).toBe(0);
    expect(existsSync(own)).toBe(false);
  });

  it.each([
    ["UPDATE watches SET document = '{}'", "what is known of web"],
    ["UPDATE incidents SET document = '7'", "incident 1"],
    ["UPDATE repairs SET document = '['", "repair 2"],
    ["UPDATE events SET document = '{\"id\":3}'", "event 3"],
    ["UPDATE holds SET document = 'null'", "hold 4"],
    ["UPDATE messages SET document = '[]'", "message 5"],
    ["UPDATE deliveries SET document = '{}'", "delivery of message 5"],
    ['UPDATE heartbeats SET document = \'{"resource":"web"}\'', "heartbeat of web"],
    ["UPDATE audit SET document = 'true'", "audit entry 6"],
    ["UPDATE raw SET bytes = x'0107'", "the history of hour "],
    ["UPDATE fresh SET bytes = x'0107'", "the history of hour "],
    ["UPDATE minutes SET bytes = x'02'", "the history in minutes"],
    ["UPDATE hours SET bytes = x''", "the history in hours"],
    ["UPDATE days SET bytes = x'01ff'", "the history in days"],
  ])("that is damaged by %s is told", async (sql, row) => {
    await makeState();
    tamper(sql);
    // Who only reads, and who has written.
    for (const isWriting of [false, true]) {
      await using store = open();
      if (isWriting) await store.commit([]);
      const asked = await Promise.allSettled([
        store.watching(),
        store.events(),
        store.heartbeat("web"),
        store.pulse("web"),
        store.audit(),
        store.results(WEB),
        ...(["minute", "hour", "day"] as const).map((resolution) =>
          store.rollUps({ ...WEB, resolution }),
        ),
      ]);
      const failures = asked.flatMap((one) => (one.status === "rejected" ? [one] : []));
      expect(failures.length).toBeGreaterThan(0);
      for (const failure of failures) {
        const reason: unknown = failure.reason;
        expect(reason).toBeInstanceOf(StateError);
        expect(String(reason)).toContain(`the state is damaged: ${row}`);
      }
    }
  });

  it("whatever its documents hold, is read or refused", async () => {
    await makeState();
    await using store = open();
    const any = fc.oneof(fc.json(), fc.string(), fc.constantFrom('{"__proto__":{}}'));
    const said = ["messages", "deliveries", "heartbeats", "audit"];
    const tables = ["watches", "incidents", "repairs", "events", "holds", ...said];
    await fc.assert(
      fc.asyncProperty(any, async (document) => {
        for (const table of tables) tamper(`UPDATE ${table} SET document = ?`, document);
        const asked = [store.watching(), store.incidents(), store.incident(1), store.repairs()];
        const heard = [
          store.deliveries(),
          store.heartbeat("web"),
          store.pulse("web"),
          store.audit(),
        ];
        for (const task of [...asked, store.events(), ...heard]) {
          expect((await stateFailureOf(task)).message).toContain("the state is damaged: ");
        }
      }),
      { numRuns: 15 },
    );
  });

  it("whatever its histories hold, is read or refused, and keeps no other from being folded", async () => {
    await makeState();
    await using store = open();
    let hour = 1;
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (bytes) => {
        for (const table of ["raw", "fresh", "minutes", "hours", "days"]) {
          tamper(`UPDATE ${table} SET bytes = ?`, bytes);
        }
        for (const task of [store.results(WEB), store.rollUps({ ...WEB, resolution: "day" })]) {
          const failure: unknown = await task.then(
            () => null,
            (error: unknown) => error,
          );
          if (failure !== null) expect(failure).toBeInstanceOf(StateError);
        }
        hour += 1;
        const at = MONDAY + hour * HOUR_MS;
        store.record({ results: [result("api", at), result("web", at)], states: [] });
        const { folded } = await store.fold({ now: at + HOUR_MS });
        expect(folded).toBeGreaterThanOrEqual(2);
        const api = { resource: "api", from: at, to: at + HOUR_MS };
        expect(await store.results(api)).toEqual([result("api", at)]);
      }),
      { numRuns: 15 },
    );
  });
});

/** A small disk of a test's own: `mount` is for root alone. */
describe.skipIf(process.getuid?.() !== 0)("on a disk that is full", () => {
  let disk: string;
  beforeEach(() => {
    disk = join(folder.path, "disk");
    own = join(disk, ".clockwork");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]);
  });
  afterEach(() => {
    execFileSync("umount", ["--lazy", disk]);
  });

  it("what is recorded waits, is told, and is written when there is room", async () => {
    await using store = open();
    await store.commit([put("web")]);
    let recorded = 0;
    let error: unknown = null;
    for (let round = 0; round < 100 && error === null; round += 1) {
      const results = Array.from({ length: 4_000 }, () => result("web", MONDAY + (recorded += 1)));
      expect(store.record({ results, states: [watchState("web", round)] })).toBe(true);
      await store.flush().catch((thrown: unknown) => (error = thrown));
    }
    expect(error).toBeInstanceOf(StateError);
    expect(error).toMatchObject({ hint: "make room, then run the command again" });
    expect(store.record({ results: [], states: [watchState("web", 999)] })).toBe(true);
    await expect(store.flush()).rejects.toThrow(StateError);
    // The limit holds.
    const many = Array.from({ length: 200_000 }, (_, index) => result("api", MONDAY + index));
    expect(store.record({ results: many, states: [] })).toBe(false);
    expect(store.lostResults()).toBe(200_000);
    execFileSync("mount", ["-o", "remount,size=64m", disk]);
    await store.flush();
    const days = await store.rollUps({ ...WEB, resolution: "day" });
    expect(days).toMatchObject([{ passes: recorded }]);
    expect((await store.watching()).states.get("web")).toEqual(watchState("web", 999));
  });
});
