import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sqliteStore } from "../../src/adapters/sqlite/store.ts";
import { StateConflictError } from "../../src/model/deploy-errors.ts";
import type { Store } from "../../src/ports/store.ts";
import { testFolder, type TestFolder } from "../support/folder.ts";
import { deployed, put, step, version } from "../support/state.ts";

const STORE = fileURLToPath(new URL("../../src/adapters/sqlite/store.ts", import.meta.url));

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

const listing = (): readonly string[] => readdirSync(own).sort();
const mode = (of: string): string => (statSync(of).mode & 0o777).toString(8);

describe("the file of a state", () => {
  it("is made by the first commit, for nobody else to read", async () => {
    await using store = open();
    await store.snapshot();
    await store.versions();
    expect(readdirSync(folder.path)).toEqual([]);
    const expected = expect(store.commit([], { expect: { serial: 7 } })).rejects;
    await expected.toThrow(StateConflictError);
    await store.commit([put("web")]);
    expect(mode(own)).toBe("700");
    for (const file of listing().filter((name) => name.startsWith("state.db"))) {
      expect([file, mode(join(own, file))]).toEqual([file, "600"]);
    }
    expect(readFileSync(join(own, ".gitignore"), "utf8")).toBe("*\n");
    await store[Symbol.asyncDispose]();
    expect(listing()).toEqual([".gitignore", "state.db"]);
    await expect(store.snapshot()).rejects.toThrow("the state is closed");
    await expect(store.commit([])).rejects.toThrow("the state is closed");
  });

  it("is not touched by who reads", async () => {
    await makeState();
    const trace = (): unknown => {
      const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
      return [listing(), ino, size, mtimeNs, ctimeNs, readFileSync(path)];
    };
    const before = trace();
    await using store = open();
    expect((await store.snapshot()).resources.size).toBe(1);
    expect(await store.version(1)).toEqual(version(1, "failed"));
    expect(trace()).toEqual(before);
  });

  it("is read while somebody else writes", async () => {
    await makeState();
    await using writer = open();
    await writer.commit([put("api")]);
    await using reader = open();
    for (let serial = 3; serial < 20; serial += 1) {
      await writer.commit([put("api", String(serial))]);
      const snapshot = await reader.snapshot();
      expect(snapshot.serial).toBe(serial);
      expect(snapshot.resources.get("api")).toEqual(deployed("api", String(serial)));
    }
  });

  it("is closed only when everything that was asked is done", async () => {
    const store = open();
    const commits = Array.from({ length: 20 }, (_, index) => store.commit([put(String(index))]));
    await store[Symbol.asyncDispose]();
    expect(await Promise.all(commits)).toHaveLength(20);
    await using later = open();
    expect((await later.snapshot()).resources.size).toBe(20);
  });

  it("is made once by many who come at once", async () => {
    const stores = Array.from({ length: 4 }, open);
    const serials = await Promise.all(stores.map((store) => store.commit([])));
    expect(serials.sort()).toEqual([1, 2, 3, 4]);
    await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
  });
});

/** Commits until it is killed, two resources at a time, and tells each commit that was acknowledged. */
const COMMITTER = `import { writeSync } from "node:fs";
const { sqliteStore } = await import(process.argv[1]);
const store = sqliteStore({ folder: process.argv[2] });
const resource = JSON.parse(process.argv[3]);
const { serial } = await store.snapshot();
for (let next = serial + 1; ; next += 1) {
  const one = { ...resource, createdAt: next };
  const got = await store.commit([
    { type: "put-resource", name: "left", resource: one },
    { type: "put-resource", name: "right", resource: one },
    { type: "put-resource", name: "r" + next, resource: one },
  ], { expect: { serial: next - 1 } });
  writeSync(1, got + "\\n");
}`;

function startChild(code: string, ...args: readonly string[]): ReturnType<typeof spawn> {
  const options = ["--input-type=module", "--eval", code, STORE, own];
  return spawn(process.execPath, [...options, ...args], { stdio: ["ignore", "pipe", "inherit"] });
}

describe("a process that uses a state", () => {
  it("may be killed at any moment: what was acknowledged is there, nothing is there by half", async () => {
    let last = 0;
    for (const commits of [1, 3, 10, 25]) {
      const child = startChild(COMMITTER, JSON.stringify(deployed("web")));
      let told = "";
      const ended = once(child, "close");
      child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        told += text;
        // In the midst of whatever it does by now.
        if (told.split("\n").length > commits) child.kill("SIGKILL");
      });
      await ended;
      const acknowledged = Number(told.trim().split("\n").at(-1));
      expect(acknowledged).toBeGreaterThanOrEqual(last + commits);
      const shown = [];
      // Who only reads, then who opens it properly.
      for (const isWriting of [false, true]) {
        await using store = open();
        if (isWriting)
          await store
            .commit([{ type: "set-pin", version: null }], { expect: { serial: -1 } })
            .catch(() => null);
        const { serial, resources } = await store.snapshot();
        expect(serial).toBeGreaterThanOrEqual(acknowledged);
        expect(serial).toBeLessThanOrEqual(acknowledged + 1);
        expect(resources.size).toBe(serial + 2);
        for (const name of ["left", "right", `r${String(serial)}`]) {
          expect([name, resources.get(name)?.createdAt]).toEqual([name, serial]);
        }
        shown.push(serial);
        last = serial;
      }
      expect(shown[0]).toBe(shown[1]);
    }
  });

  it("ends by itself, without closing it, and has what it was told", async () => {
    const child = startChild(`const { sqliteStore } = await import(process.argv[1]);
      const store = sqliteStore({ folder: process.argv[2] });
      console.log(await store.commit([]));`);
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(0);
    expect(existsSync(path)).toBe(true);
    await using store = open();
    expect((await store.snapshot()).serial).toBe(1);
  });
});
