import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sqliteStore } from "../../src/adapters/sqlite/store.ts";
import { StateError } from "../../src/model/deploy-errors.ts";
import type { StateChange, Store } from "../../src/ports/store.ts";
import { testFolder, type TestFolder } from "../support/folder.ts";
import { put, sha256Of, stateFailureOf, step, version } from "../support/state.ts";

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

/** A state with something of everything. */
async function makeState(): Promise<void> {
  await using store = open();
  await store.commit([
    put("web"),
    { type: "put-step", step: step(1) },
    { type: "put-version", version: version(1, "failed") },
  ]);
}

/** Does something with the file behind everybody's back. */
function tamper(sql: string, ...values: readonly string[]): void {
  const database = new DatabaseSync(path);
  database.prepare(sql).run(...values);
  database.close();
}

const listing = (): readonly string[] => readdirSync(own).sort();

describe("a state that cannot be used", () => {
  const both = async (): Promise<readonly StateError[]> => {
    await using store = open();
    return [
      await stateFailureOf(store.snapshot()),
      await stateFailureOf(store.commit([put("web")])),
    ];
  };

  it.each([
    ["garbage", "no database", "x".repeat(5_000)],
    ["something short", "no database", "hello"],
  ])("because it is %s says so, with its path and what to do", async (_, reason, content) => {
    mkdirSync(own);
    writeFileSync(path, content);
    for (const error of await both()) {
      expect(error.message).toContain(path);
      expect(error.message).toContain(reason);
      expect(error.hint).toMatch(/move it away/u);
    }
    expect(readFileSync(path, "utf8")).toBe(content);
    expect(listing()).toEqual(["state.db"]);
  });

  it("because it is a directory, or in a file, says so", async () => {
    mkdirSync(path, { recursive: true });
    for (const error of await both()) {
      expect(error.message).toContain(`${path} cannot be used: it is a directory`);
    }
    folder[Symbol.dispose]();
    mkdirSync(folder.path);
    writeFileSync(own, "");
    await using store = open();
    const error = await stateFailureOf(store.commit([put("web")]));
    expect(error.message).toContain("its folder is a file");
  });

  it("because a newer version wrote it is left as it is", async () => {
    await makeState();
    tamper("PRAGMA user_version = 99");
    const before = readFileSync(path);
    for (const error of await both()) expect(error.code).toBe("state-newer");
    expect(readFileSync(path)).toEqual(before);
    expect(listing()).toEqual([".gitignore", "state.db"]);
  });

  it("because pages of it are overwritten says so", async () => {
    await using store = open();
    await store.commit(Array.from({ length: 50 }, (_, index) => put(String(index))));
    await store[Symbol.asyncDispose]();
    const bytes = readFileSync(path);
    // The first page stays: what tells a database from garbage.
    writeFileSync(path, bytes.fill(0xa5, 4_096));
    await using later = open();
    expect((await stateFailureOf(later.snapshot())).code).toBe("state-unusable");
  });

  it.each([
    ["UPDATE resources SET document = '{'", "resource web"],
    ["UPDATE steps SET document = '{\"id\":1}'", "step 1"],
    ["UPDATE versions SET summary = '7', document = '7'", "version 1"],
  ])("because of %s names the row", async (sql, row) => {
    await makeState();
    tamper(sql);
    await using store = open();
    const reading = Promise.all([store.snapshot(), store.versions(), store.version(1)]);
    const error = await stateFailureOf(reading);
    expect(error.message).toBe(`the state is damaged: ${row} cannot be read`);
    expect(error.hint).toContain("backup");
  });

  it("because a document would be too large is not changed", async () => {
    await makeState();
    await using store = open();
    const large = put("api", "x".repeat(64 * 1024 * 1024));
    const error = await stateFailureOf(store.commit([put("db"), large]));
    expect(error.message).toContain("must be at most 67108864 bytes");
    const { serial, resources } = await store.snapshot();
    expect([serial, [...resources.keys()]]).toEqual([1, ["web"]]);
  });

  it("because content was changed does not give it", async () => {
    await using store = open();
    const bytes = Buffer.from("listen 80;");
    const sha256 = sha256Of(bytes);
    await store.commit([{ type: "keep-content", sha256, bytes }]);
    tamper("UPDATE contents SET bytes = CAST('listen 81;' AS BLOB)");
    expect((await stateFailureOf(store.content(sha256))).message).toContain(sha256);
  });

  it("whatever JSON its rows hold, is read or refused", async () => {
    await makeState();
    await using store = open();
    const any = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constantFrom("[".repeat(5_000), '{"__proto__":{}}'),
    );
    await fc.assert(
      fc.asyncProperty(any, async (document) => {
        tamper("UPDATE resources SET document = ?", document);
        tamper("UPDATE steps SET document = ?", document);
        tamper("UPDATE versions SET summary = ?1, document = ?1", document);
        const asked = [store.snapshot(), store.versions(), store.version(1), store.steps(1)];
        for (const task of asked) {
          const error = await stateFailureOf(task);
          expect(error.message).toMatch(/^the state is damaged: (?:resource|step|version) /u);
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** A small disk of a test's own: `mount` is for root alone. */
describe.skipIf(process.getuid?.() !== 0)("on a disk of its own", () => {
  let disk: string;
  const remount = (options: string): void => {
    execFileSync("mount", ["-o", `remount,${options}`, disk]);
  };
  beforeEach(() => {
    disk = join(folder.path, "disk");
    own = join(disk, ".clockwork");
    path = join(own, "state.db");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]);
  });
  afterEach(() => {
    execFileSync("umount", ["--lazy", disk]);
  });

  it("that is full, nothing is lost, and it goes on when there is room", async () => {
    await using store = open();
    await store.commit([put("web")]);
    const large = (name: string): StateChange => put(name, "x".repeat(60_000));
    let kept = 1;
    let error: unknown = null;
    for (let index = 0; index < 50 && error === null; index += 1) {
      await store.commit([put("web"), large(String(index))]).then(
        () => (kept += 1),
        (thrown: unknown) => (error = thrown),
      );
    }
    expect(error).toBeInstanceOf(StateError);
    expect(error).toMatchObject({ hint: "make room, then run the command again" });
    expect((error as StateError).message).toContain(path);
    expect(await store.snapshot()).toMatchObject({ serial: kept });
    expect((await store.snapshot()).resources.size).toBe(kept);
    remount("size=16m");
    expect(await store.commit([large("more")])).toBe(kept + 1);
    await store[Symbol.asyncDispose]();
    await using later = open();
    expect((await later.snapshot()).resources.size).toBe(kept + 1);
  });

  it("that may only be read, it is read, and says why it is not written", async () => {
    await makeState();
    remount("ro");
    await using store = open();
    expect((await store.snapshot()).resources.size).toBe(1);
    const error = await stateFailureOf(store.commit([put("api")]));
    expect(error.message).toContain(path);
    expect(error.hint).toContain("read-only");
    remount("rw");
    expect(await store.commit([put("api")])).toBe(2);
  });

  it("that may only be read, says what is wrong with a log that was left behind", async () => {
    const elsewhere = join(folder.path, "elsewhere");
    await using writer = sqliteStore({ folder: elsewhere });
    await writer.commit([put("web")]);
    mkdirSync(own);
    // As if its writer had been killed.
    for (const name of ["state.db", "state.db-wal"]) {
      copyFileSync(join(elsewhere, name), join(own, name));
    }
    remount("ro");
    await using store = open();
    const reading = [store.snapshot(), store.versions(), store.commit([])];
    for (const error of await Promise.all(reading.map(stateFailureOf))) {
      expect(error.message).toContain(`${path} cannot be used: it was not closed`);
      expect(error.hint).toContain("copy the whole folder");
    }
    remount("rw");
    expect((await store.snapshot()).resources.size).toBe(1);
  });

  it("that may only be read, it is read beside a log that holds nothing", async () => {
    await makeState();
    writeFileSync(`${path}-wal`, "");
    remount("ro");
    await using store = open();
    expect((await store.snapshot()).resources.size).toBe(1);
    expect(await store.version(1)).toEqual(version(1, "failed"));
  });

  it("that may only be read, no folder is made", async () => {
    remount("ro");
    await using store = open();
    expect((await store.snapshot()).serial).toBe(0);
    const error = await stateFailureOf(store.commit([put("api")]));
    expect(error.message).toContain("its file system may only be read");
  });
});
