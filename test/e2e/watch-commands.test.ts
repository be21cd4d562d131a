import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { systemClock } from "../../src/adapters/system/clock.ts";
import { serveControl } from "../../src/app/control/serve-control.ts";
import { unknownTarget } from "../../src/engine/deploy/pair-up.ts";
import type { WatchControl } from "../../src/model/control.ts";
import { ConfigurationError } from "../../src/model/diagnostic.ts";
import { cli, startCli, type Finished } from "../support/cli.ts";
import { MANY_RUNS_MS } from "../support/deploy-project.ts";
import { MOMENT } from "../support/deployments.ts";
import { testFolder } from "../support/folder.ts";
import {
  attemptOf,
  eventOf,
  explanationOf,
  findingOf,
  holdOf,
  incidentOf,
  projectStatus,
  resourceStatus,
  watchControl,
  watchState,
} from "../support/watch-control.ts";

interface Shop extends AsyncDisposable {
  readonly path: string;
  readonly run: (...args: readonly string[]) => Promise<Finished>;
}

/** A project that somebody watches who answers what a test says. */
async function watchedShop(control: Partial<WatchControl>): Promise<Shop> {
  const folder = testFolder();
  const own = join(folder.path, ".clockwork");
  mkdirSync(own, { mode: 0o700 });
  const server = await serveControl({
    folder: own,
    control: watchControl(control),
    deploy: () => Promise.reject(new Error("nobody should deploy")),
    reload: () => Promise.resolve(""),
    stop: () => undefined,
    clock: systemClock,
  });
  return {
    path: folder.path,
    run: (...args) => cli(args, { cwd: folder.path }),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

const down = watchState({
  health: "unhealthy",
  failures: 3,
  passes: 0,
  healthySince: null,
  findings: [findingOf()],
});

it(
  "clockwork status tells what is wrong first, and says so by its exit code",
  async () => {
    const api = resourceStatus({ group: "front", state: watchState({ resource: "api" }) });
    let resources = [api];
    await using shop = await watchedShop({
      status: () =>
        Promise.resolve(
          projectStatus({ resources, pendingChanges: ["web: image nginx:1 → nginx:2"] }),
        ),
    });
    const well = await shop.run("status");
    expect(well).toMatchObject({ code: 0, stderr: "" });
    expect(well.stdout).toMatch(/^shop: watched since 2026-01-02 01:04:05Z \(pid 4711\)\n/u);
    expect(well.stdout).toMatch(/\nfront\n {2}api {2,}healthy {2,}in sync/u);
    expect(well.stdout).toContain(
      "\n1 change waits for clockwork apply:\n  web: image nginx:1 → nginx:2\n",
    );
    resources = [api, resourceStatus({ state: down, holds: [holdOf({ kind: "silence" })] })];
    const bad = await shop.run("status");
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(
      /\nweb {2,}unhealthy .*PortAccessibleAssert: expected accepted, got refused \(ECONNREFUSED\); silenced by alice@desk\n/u,
    );
    expect(bad.stdout).toContain("2 resources: 1 unhealthy, 1 healthy.");
    resources = [resourceStatus({ state: watchState({ health: "unknown" }) })];
    const blind = await shop.run("status", "--format", "json");
    expect(blind.code).toBe(3);
    expect(JSON.parse(blind.stdout)).toMatchObject({ project: "shop", resources });
  },
  MANY_RUNS_MS,
);

it(
  "clockwork explain tells why, what happens next and what was tried, and what was meant by a wrong name",
  async () => {
    const explanation = explanationOf({
      ...resourceStatus({ state: down, incidents: [incidentOf({ affected: ["api"] })] }),
      dependsOn: ["db"],
      repairs: [attemptOf()],
      events: [eventOf()],
      next: ["next attempt, recreate, in 18s, at 03:04:23Z"],
    });
    await using shop = await watchedShop({
      explain: (name) =>
        name === "web"
          ? Promise.resolve(explanation)
          : Promise.reject(new ConfigurationError([unknownTarget(name, ["web", "api"])])),
    });
    const told = await shop.run("explain", "web");
    expect(told.code).toBe(1);
    expect(told.stdout).toMatch(
      /^web \(docker\) is unhealthy since 2026-01-02 02:04:05Z, for [^\n]+\n {2}in sync; last looked at \S+ ago; needs db\n\nWhy\n {2}✗ {2}PortAccessibleAssert: port 8080 accepts connections\n {4}expected {2}accepted\n {4}got {7}refused \(ECONNREFUSED\)\n {2}failing 3 of 3 looks in a row\n\nNext\n {2}· {2}next attempt, recreate, in 18s, at 03:04:23Z\n/u,
    );
    expect(told.stdout).toContain("restart, attempt 1: did not help (container restarted");
    expect(told.stdout).toContain("incident 7: it fails; told: failure; affects api");
    const json = await shop.run("explain", "web", "--format", "json");
    expect(JSON.parse(json.stdout)).toEqual(explanation);
    const wrong = await shop.run("explain", "wbe");
    expect(wrong).toMatchObject({ code: 78, stdout: "" });
    expect(wrong.stderr).toContain("did you mean web?");
  },
  MANY_RUNS_MS,
);

it(
  "clockwork check-now and repair tell what came of it",
  async () => {
    const looked = { resource: "web", sync: "in_sync", durationMs: 12 } as const;
    const attempts = [
      attemptOf({ outcome: "repaired", detail: "container restarted" }),
      attemptOf(),
      null,
    ];
    await using shop = await watchedShop({
      checkNow: () => Promise.resolve({ ...looked, health: "healthy", findings: [findingOf()] }),
      repair: (_, { by }) => {
        expect(by).toContain("@");
        return Promise.resolve(attempts.shift() ?? null);
      },
    });
    expect(await shop.run("check-now", "web")).toEqual({
      code: 1,
      stdout:
        "web is healthy, in sync (12ms)\n  ✗ PortAccessibleAssert: expected accepted, got refused (ECONNREFUSED)\n",
      stderr: "",
    });
    expect(await shop.run("repair", "web")).toMatchObject({
      code: 0,
      stdout: "web: restart helped (container restarted)\n",
    });
    expect(await shop.run("repair", "web")).toMatchObject({ code: 1 });
    expect(await shop.run("repair", "web", "--format", "json")).toMatchObject({
      code: 0,
      stdout: "null\n",
    });
  },
  MANY_RUNS_MS,
);

it(
  "clockwork pause, maintenance, silence, resume and ack ask for what was typed",
  async () => {
    const asked: unknown[] = [];
    await using shop = await watchedShop({
      hold: (request) => {
        asked.push(request);
        const { kind, resource, comment } = request;
        return Promise.resolve(holdOf({ kind, resource, comment }));
      },
      release: (request) => {
        asked.push(request);
        return Promise.resolve([holdOf()]);
      },
      acknowledge: (request) => {
        asked.push(request);
        return Promise.resolve([incidentOf()]);
      },
      explain: () => Promise.resolve(explanationOf()),
    });
    expect(await shop.run("pause", "web", "--comment", "moving")).toMatchObject({
      code: 0,
      stdout: "web is paused by alice@desk: moving\nclockwork resume web ends that.\n",
    });
    expect(await shop.run("maintenance", "--all", "--for", "1h")).toMatchObject({ code: 0 });
    expect(await shop.run("silence", "web", "--for", "30")).toMatchObject({ code: 0 });
    expect(await shop.run("resume", "web")).toMatchObject({
      code: 0,
      stdout: "web was paused by alice@desk; that is over.\n",
    });
    expect((await shop.run("ack", "web", "--comment", "on it")).stdout).toMatch(
      /^1 incident of web taken over by /u,
    );
    expect(asked).toMatchObject([
      { kind: "pause", resource: "web", forMs: null, comment: "moving" },
      { kind: "maintenance", resource: null, forMs: 3_600_000 },
      { kind: "silence", resource: "web", forMs: 30_000 },
      { kinds: ["pause", "maintenance", "silence", "clock"], resource: "web" },
      { resource: "web", comment: "on it" },
    ]);
    expect(await shop.run("pause")).toMatchObject({ code: 78, stdout: "" });
    expect(await shop.run("pause", "web", "--all")).toMatchObject({ code: 78, stdout: "" });
    expect(await shop.run("silence", "web")).toMatchObject({ code: 78, stdout: "" });
  },
  MANY_RUNS_MS,
);

it(
  "clockwork events --follow tells what happens until it is interrupted",
  async () => {
    await using shop = await watchedShop({
      follow: async ({ after, signal }, onEvent) => {
        onEvent(eventOf({ id: (after ?? 0) + 1, at: MOMENT }));
        onEvent(eventOf({ id: (after ?? 0) + 2, resource: "db", text: "unknown → healthy" }));
        if (!signal.aborted) await once(signal, "abort");
      },
    });
    const running = startCli(["events", "--follow"], { cwd: shop.path });
    await running.until(/db: health changed: unknown → healthy\n/u);
    running.child.kill("SIGINT");
    const { code, stdout } = await running.finished;
    expect(code).toBe(130);
    expect(stdout).toMatch(/^2026-01-02 03:04:05Z {2}web: health changed: healthy → unhealthy/u);
  },
  MANY_RUNS_MS,
);
