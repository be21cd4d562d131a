import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { failureOf, serveTestControl as serve } from "../../../test/support/control-server.ts";
import { testFolder } from "../../../test/support/folder.ts";
import { outcomeOf, planOf } from "../../../test/support/deployments.ts";
import {
  eventOf,
  explanationOf,
  holdOf,
  incidentOf,
  projectStatus,
  resourceStatus,
  watchControl,
  watchState,
} from "../../../test/support/watch-control.ts";
import { systemClock } from "../../adapters/system/clock.ts";
import type { WatchControl } from "../../model/control.ts";
import { DeployError, LockHeldError, StateError } from "../../model/deploy-errors.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { ObservationError } from "../../model/errors.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import { contentsOf, rememberContents } from "../deploy/plan-contents.ts";
import { connectControl } from "./connect-control.ts";
import { serveControl } from "./serve-control.ts";

it("connectControl() gives null when nobody listens, whatever lies there", async () => {
  using folder = testFolder();
  expect(await connectControl(folder.path)).toBeNull();
  folder.write("control.sock", "no socket");
  expect(await connectControl(folder.path)).toBeNull();
  expect(await connectControl(join(folder.path, "nowhere"))).toBeNull();
});

it("serveControl() lets nobody else in, and removes what a killed one left", async () => {
  await using served = await serve();
  expect(statSync(served.socket).mode & 0o777).toBe(0o600);
  using folder = testFolder();
  folder.write("control.sock", "a leftover");
  folder.write("control.json", '{"socket":"/etc/passwd"}');
  const options = { control: watchControl(), deploy: () => Promise.reject(new Error()) };
  const more = { reload: () => Promise.resolve(""), stop: () => undefined, clock: systemClock };
  const server = await serveControl({ folder: folder.path, ...options, ...more });
  expect(statSync(join(folder.path, "control.sock")).isSocket()).toBe(true);
  expect(existsSync("/etc/passwd")).toBe(true);
  await server[Symbol.asyncDispose]();
});

it("serveControl() answers where the project's folder is too deep for a socket", async () => {
  using folder = testFolder();
  const deep = join(folder.path, "d".repeat(100), "e".repeat(100));
  mkdirSync(deep, { recursive: true, mode: 0o700 });
  const options = { control: watchControl(), deploy: () => Promise.reject(new Error()) };
  const more = { reload: () => Promise.resolve(""), stop: () => undefined, clock: systemClock };
  const server = await serveControl({ folder: deep, ...options, ...more });
  const note = JSON.parse(readFileSync(join(deep, "control.json"), "utf8")) as { socket: string };
  expect(statSync(dirname(note.socket)).mode & 0o777).toBe(0o700);
  const client = await connectControl(deep);
  expect(await client?.status()).toEqual(projectStatus());
  await client?.[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  expect(existsSync(dirname(note.socket))).toBe(false);
  expect(readdirSync(deep)).toEqual([]);
  // A note cannot send anybody to a folder that others may write to.
  writeFileSync(join(deep, "control.json"), '{"socket":"/tmp/control.sock"}');
  expect(await connectControl(deep)).toBeNull();
});

it("a client is given what it asks for, and many at once are told apart", async () => {
  const asked: unknown[] = [];
  await using served = await serve({
    explain: async (resource) => {
      // The first answer comes last.
      if (resource === "web") await new Promise((resolve) => setImmediate(resolve));
      return explanationOf(resourceStatus({ state: watchState({ resource }) }));
    },
    hold: (request) => {
      asked.push(request);
      return Promise.resolve(holdOf());
    },
    release: () => Promise.resolve([holdOf({ id: 2 })]),
    acknowledge: () => Promise.resolve([incidentOf()]),
    repair: () => Promise.resolve(null),
    checkNow: (resource) =>
      Promise.resolve({
        resource,
        health: "healthy",
        sync: "in_sync",
        findings: [],
        durationMs: 1,
      }),
  });
  await using one = await served.connect();
  await using other = await served.connect();
  const [web, db, again] = await Promise.all([
    one.explain("web"),
    one.explain("db"),
    other.explain("db"),
  ]);
  expect([web.resource, db.resource, again.resource]).toEqual(["web", "db", "db"]);
  expect(await other.repair("web", { by: "me" })).toBeNull();
  expect(await other.checkNow("web")).toMatchObject({ health: "healthy" });
  const request = { kind: "pause", resource: null, forMs: null, by: "me", comment: "ü" } as const;
  expect(await one.hold(request)).toEqual(holdOf());
  expect(asked).toMatchObject([request]);
  const released = await one.release({ kinds: ["pause"], resource: "web", by: "me" });
  expect(released).toEqual([holdOf({ id: 2 })]);
  const acknowledged = await one.acknowledge({ resource: "web", by: "me", comment: "" });
  expect(acknowledged).toEqual([incidentOf()]);
});

it("a status of very many resources comes whole", async () => {
  const resources = Array.from({ length: 20_000 }, (_, index) =>
    resourceStatus({ state: watchState({ resource: `web-${String(index)}` }) }),
  );
  await using served = await serve({ status: () => Promise.resolve(projectStatus({ resources })) });
  await using client = await served.connect();
  expect(await client.status()).toEqual(projectStatus({ resources }));
});

it("errors keep their class, code and hint on the way", async () => {
  const place = { file: "main.ts", line: 3, column: 1, property: null };
  const problem = { code: "usage-invalid", ...place, message: "no", hint: "yes" } as const;
  const errors = [
    new ConfigurationError([problem, { ...problem, line: null }]),
    new DeployError("it broke", { code: "gate-failed", hint: "mend it" }),
    new StateError("no state"),
    new LockHeldError("somebody"),
    new ObservationError("cannot look"),
    new TypeError("a bug"),
  ];
  await using served = await serve({
    explain: (index) => Promise.reject(errors[Number(index)] ?? new Error()),
  });
  await using client = await served.connect();
  const got = await Promise.all(errors.map((_, at) => failureOf(client.explain(String(at)))));
  expect(got.map((error) => (error as Error).name)).toEqual([
    "ConfigurationError",
    "DeployError",
    "StateError",
    "StateError",
    "ObservationError",
    "Error",
  ]);
  expect(got[0]).toMatchObject({ diagnostics: [problem, { ...problem, line: null }] });
  expect(got[1]).toMatchObject({ code: "gate-failed", hint: "mend it", message: "it broke" });
  expect(got[3]).toMatchObject({ code: "lock-held" });
  expect(got[3]).toBeInstanceOf(StateError);
});

it("follow() tells until its signal is aborted, or whoever watches is gone", async () => {
  let aborted = 0;
  const follow: WatchControl["follow"] = async ({ after, signal }, onEvent) => {
    onEvent(eventOf({ id: (after ?? 0) + 1 }));
    if (!signal.aborted) await once(signal, "abort");
    aborted += 1;
  };
  const events: WatchEvent[] = [];
  await using server = new AsyncDisposableStack();
  const served = server.use(await serve({ follow }));
  await using client = await served.connect();
  const abort = new AbortController();
  await client.follow({ after: 41, signal: abort.signal }, (event) => {
    events.push(event);
    abort.abort();
  });
  expect(events).toEqual([eventOf({ id: 42 })]);
  const { promise: told, resolve } = Promise.withResolvers<WatchEvent>();
  const { signal } = new AbortController();
  const ended = client.follow({ after: null, signal }, resolve);
  await told;
  await server.disposeAsync();
  await ended;
  expect(aborted).toBe(2);
  expect(await failureOf(client.status())).toBeInstanceOf(DeployError);
});

it("deploy() hands over the plan with all that it refers to, and tells how far it comes", async () => {
  const plan = planOf([]);
  rememberContents(plan, new Map([["ab", Buffer.from("content")]]));
  const outcome = outcomeOf({ plan });
  await using served = await serve(
    {},
    {
      deploy: (order, { onEvent }) => {
        expect(order).toMatchObject({ plan, of: 3, mode: "notify", by: "me", mayRetry: true });
        expect([...contentsOf(order.plan)]).toEqual([["ab", Buffer.from("content")]]);
        onEvent({ type: "started", resource: "web", action: "create" });
        return Promise.resolve(outcomeOf({ plan: order.plan }));
      },
    },
  );
  await using client = await served.connect();
  const events: unknown[] = [];
  const { signal } = new AbortController();
  const order = { plan, of: 3, mode: "notify", command: "clockwork apply", by: "me" } as const;
  const may = { mayRetry: true, mayDeleteData: false, keepFiles: false };
  const onEvent = (event: unknown): void => void events.push(event);
  const carried = await client.deploy({ ...order, ...may }, { signal, onEvent });
  expect(carried).toEqual(outcome);
  expect(carried.plan).toBe(plan);
  expect(events).toEqual([{ type: "started", resource: "web", action: "create" }]);
});

it("deploy() that is interrupted tells how far it came, and one whose client is gone is aborted", async () => {
  const { promise: isGone, resolve } = Promise.withResolvers<null>();
  let count = 0;
  await using served = await serve(
    {},
    {
      deploy: async ({ plan }, { signal, onEvent }) => {
        onEvent({ type: "started", resource: "web", action: "create" });
        if (!signal.aborted) await once(signal, "abort");
        if ((count += 1) === 2) resolve(null);
        return outcomeOf({ plan, status: "interrupted" });
      },
    },
  );
  await using client = await served.connect();
  const abort = new AbortController();
  const order = { plan: planOf([]), of: null, mode: "rollback", command: "x", by: "me" } as const;
  const may = { mayRetry: false, mayDeleteData: false, keepFiles: false };
  const options = {
    signal: abort.signal,
    onEvent: () => {
      abort.abort();
    },
  };
  const carried = await client.deploy({ ...order, ...may }, options);
  expect(carried.status).toBe("interrupted");
  const other = await served.connect();
  const left = failureOf(
    other.deploy(
      { ...order, ...may },
      {
        signal: new AbortController().signal,
        onEvent: () => void other[Symbol.asyncDispose](),
      },
    ),
  );
  await isGone;
  expect(await left).toBeInstanceOf(DeployError);
});

it("reload() and stop() are passed on", async () => {
  let isStopped = false;
  await using served = await serve(
    {},
    { reload: () => Promise.resolve("1 resource changed"), stop: () => (isStopped = true) },
  );
  await using client = await served.connect();
  expect(await client.reload()).toBe("1 resource changed");
  await client.stop();
  expect(isStopped).toBe(true);
});
