import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sqliteStore } from "../../../src/adapters/sqlite/store.ts";
import { openProject, type Project } from "../../../src/app/project/open-project.ts";
import type { Heartbeat } from "../../../src/model/heartbeat.ts";
import type { StateChange } from "../../../src/ports/store.ts";
import { testFolder, type TestFolder } from "../../support/folder.ts";

const DECLARED = `import { HostResource } from "clockwork/resources";
import { FileExistsAssert, HeartbeatAssert } from "clockwork/assertions";
new HostResource({ name: "backup", assertions: [`;
const HEARTBEAT = `new HeartbeatAssert({ within: "25h" })`;
const HOUR_MS = 3_600_000;

let folder: TestFolder;
let own: string;
beforeEach(() => {
  folder = testFolder();
  own = join(folder.path, ".clockwork");
});
afterEach(() => {
  folder[Symbol.dispose]();
});

async function project(assertions = HEARTBEAT): Promise<Project> {
  folder.write("main.ts", `${DECLARED}${assertions}] });\n`);
  return await openProject(folder.path);
}

async function commit(change: StateChange): Promise<void> {
  await using store = sqliteStore({ folder: own });
  await store.commit([change]);
}

/** Does what a job does over HTTP. */
async function beat(changes: Partial<Heartbeat> = {}): Promise<void> {
  const heartbeat = { resource: "backup", at: Date.now(), isOk: true, comment: "", by: "cron" };
  await commit({ type: "put-heartbeat", heartbeat: { ...heartbeat, ...changes } });
}

const APPLY = { lockTimeoutMs: 10_000 } as const;

async function verdict(): Promise<unknown> {
  const { items } = await (await project()).assert();
  return items.map((item) => [item.verdict, item.detail].join(": "));
}

it("a job of a project that was never deployed can not be judged, and nothing is written", async () => {
  expect(await verdict()).toEqual([expect.stringMatching(/^error: it was never deployed/u)]);
  expect(existsSync(own)).toBe(false);
});

it("a job is judged by what it reported to the state of its project", async () => {
  const outcome = await (await project()).apply(APPLY);
  expect(outcome).toMatchObject({ status: "deployed" });
  expect(await verdict()).toEqual([
    expect.stringMatching(/^pass: (?:expected .*, got )?no heartbeat yet/u),
  ]);
  await beat();
  const files = readdirSync(own).map((name) => [name, statSync(join(own, name)).mtimeMs]);
  expect(await verdict()).toEqual([
    expect.stringMatching(/^pass: (?:expected .*, got )?a heartbeat \d+m?s ago/u),
  ]);
  expect(readdirSync(own).map((name) => [name, statSync(join(own, name)).mtimeMs])).toEqual(files);
  await beat({ isOk: false, comment: "no space left" });
  expect(await verdict()).toEqual([
    expect.stringMatching(/^fail: (?:expected .*, got )?the job said .*: no space left$/u),
  ]);
  await beat({ at: Date.now() - 26 * HOUR_MS });
  expect(await verdict()).toEqual([
    expect.stringMatching(/^fail: (?:expected .*, got )?no heartbeat for 1d2h/u),
  ]);
});

it("a job that was deployed long ago, and is newly expected to report, does not fail its deploy", async () => {
  await (await project(`new FileExistsAssert({ path: "main.ts" })`)).apply(APPLY);
  await using store = sqliteStore({ folder: own });
  const recorded = (await store.snapshot()).resources.get("backup");
  if (recorded === undefined) throw new Error("it was deployed");
  const longAgo = Date.now() - 1_000 * HOUR_MS;
  const resource = { ...recorded, createdAt: longAgo, updatedAt: longAgo };
  await commit({ type: "put-resource", name: "backup", resource });
  expect(await verdict()).toEqual([
    expect.stringMatching(/^fail: (?:expected .*, got )?no heartbeat for 41d16h/u),
  ]);
  const outcome = await (await project()).apply(APPLY);
  expect(outcome).toMatchObject({ status: "deployed" });
  expect(await verdict()).toEqual([
    expect.stringMatching(/^pass: (?:expected .*, got )?no heartbeat yet/u),
  ]);
});

it("a job whose resource was destroyed begins anew", async () => {
  await (await project()).apply(APPLY);
  await beat({ isOk: false });
  await (await project()).destroy(APPLY);
  await (await project()).apply(APPLY);
  expect(await verdict()).toEqual([
    expect.stringMatching(/^pass: (?:expected .*, got )?no heartbeat yet/u),
  ]);
});
