import { expect, it } from "vitest";
import { MOMENT } from "../../../test/support/deployments.ts";
import { put } from "../../../test/support/state.ts";
import {
  attemptOf,
  eventOf,
  holdOf,
  incidentOf,
  watchControl,
  watchPolicy,
  watchState,
} from "../../../test/support/watch-control.ts";
import { memoryStore } from "../../adapters/memory/store.ts";
import type { WatchControl } from "../../model/control.ts";
import { LockHeldError } from "../../model/deploy-errors.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { Store } from "../../ports/store.ts";
import { offlineControl, type OfflineOptions } from "./offline-control.ts";
import { recordedPolicy } from "./recorded-policy.ts";

/** A project of `web`, which was recorded, and `ping`, which was only looked at; `web` fails. */
async function offline(
  options: Partial<OfflineOptions> = {},
): Promise<{ readonly control: WatchControl; readonly store: Store; readonly locked: string[] }> {
  const store = memoryStore();
  await store.commit([
    put("web"),
    { type: "put-watch", state: watchState({ health: "unhealthy", incidents: [7] }) },
    { type: "put-watch", state: watchState({ resource: "ping" }) },
    { type: "put-incident", incident: incidentOf() },
    { type: "put-repair", repair: attemptOf() },
    { type: "put-event", event: eventOf() },
  ]);
  const locked: string[] = [];
  const control = offlineControl({
    project: "shop",
    folder: "/srv/shop",
    store,
    lock: {
      acquire: ({ command }) => {
        locked.push(command);
        const verify = (): void => undefined;
        return Promise.resolve({ verify, [Symbol.asyncDispose]: () => Promise.resolve() });
      },
    },
    clock: { now: () => MOMENT, sleep: () => Promise.resolve() },
    signal: new AbortController().signal,
    command: "clockwork pause",
    policyOf: () => watchPolicy(),
    inProcess: () => Promise.reject(new Error("nobody should watch")),
    ...options,
  });
  return { control, store, locked };
}

it("status() tells what was last known, and that nobody watches", async () => {
  const { control } = await offline();
  const status = await control.status();
  expect(status).toMatchObject({ project: "shop", runningSince: null, pid: null, holds: [] });
  expect(status.resources).toMatchObject([
    { resource: "web", kind: "docker", nextLookAt: null, incidents: [{ id: 7 }] },
    { resource: "ping", kind: "", group: null, incidents: [] },
  ]);
});

it("explain() tells what was tried and what happened, and that nothing happens next", async () => {
  const { control } = await offline();
  const explanation = await control.explain("web");
  expect(explanation).toMatchObject({
    dependsOn: ["db"],
    repairs: [{ id: 3 }],
    events: [{ id: 41 }],
  });
  expect(explanation.next).toEqual([
    "nothing before clockwork up runs again: nobody looks meanwhile",
  ]);
  await expect(control.explain("wbe")).rejects.toThrow(/did you mean web\?/u);
});

it("hold() and release() store what they do, with an event, under the lock", async () => {
  const { control, store, locked } = await offline();
  const request = {
    kind: "pause",
    resource: "web",
    forMs: 60_000,
    by: "me",
    comment: "why",
  } as const;
  const hold = await control.hold(request);
  expect(hold).toEqual(holdOf({ from: MOMENT, until: MOMENT + 60_000, by: "me", comment: "why" }));
  await control.hold({ ...request, kind: "silence", resource: null, forMs: null });
  expect((await store.watching()).holds).toHaveLength(2);
  expect((await control.status()).holds).toMatchObject([{ kind: "silence", until: null }]);
  const kinds = ["pause", "silence"] as const;
  expect(await control.release({ kinds, resource: "web", by: "you" })).toEqual([hold]);
  expect((await store.watching()).holds).toMatchObject([{ id: 2, kind: "silence" }]);
  expect(await store.events({ after: 41 })).toMatchObject([
    { id: 42, type: "held", resource: "web", text: "pause by me: why" },
    { id: 43, type: "held", resource: null },
    { id: 44, type: "released", text: "pause ended: by you" },
  ]);
  expect(locked).toEqual(Array(3).fill("clockwork pause"));
});

it("acknowledge() marks the open incidents of a resource, and nothing where there are none", async () => {
  const { control, store } = await offline();
  const asked = { by: "me", comment: "on it" };
  const taken = await control.acknowledge({ resource: "web", ...asked });
  expect(taken).toEqual([incidentOf({ acknowledged: { ...asked, at: MOMENT } })]);
  expect(await store.incident(7)).toEqual(taken[0]);
  expect(await control.acknowledge({ resource: "ping", ...asked })).toEqual([]);
  expect(await store.events({ after: 41 })).toMatchObject([{ id: 42, type: "acknowledged" }]);
});

it("a name that does not exist, or a lock that is held, changes nothing", async () => {
  const acquire = (): never => {
    throw new LockHeldError("clockwork apply, pid 7");
  };
  const { control, store } = await offline({ lock: { acquire } });
  const request = { kind: "pause", forMs: null, by: "me", comment: "" } as const;
  await expect(control.hold({ ...request, resource: "db" })).rejects.toThrow(ConfigurationError);
  await expect(control.hold({ ...request, resource: "web" })).rejects.toThrow(LockHeldError);
  expect((await store.watching()).holds).toEqual([]);
});

it("checkNow() and repair() watch for as long as they take", async () => {
  let disposed = 0;
  const { control } = await offline({
    inProcess: () =>
      Promise.resolve({
        ...watchControl({
          repair: () => Promise.resolve(attemptOf()),
          checkNow: (resource) =>
            Promise.resolve({
              resource,
              health: "healthy",
              sync: "in_sync",
              findings: [],
              durationMs: 1,
            }),
        }),
        [Symbol.asyncDispose]: () => {
          disposed += 1;
          return Promise.resolve();
        },
      }),
  });
  expect(await control.repair("web", { by: "me" })).toEqual(attemptOf());
  expect(await control.checkNow("web")).toMatchObject({ health: "healthy" });
  expect(disposed).toBe(2);
});

it("follow() tells what others store, until it is aborted", async () => {
  const { control, store } = await offline();
  const abort = new AbortController();
  const seen: WatchEvent[] = [];
  const following = control.follow({ after: null, signal: abort.signal }, (event) => {
    seen.push(event);
    if (event.id === 43) abort.abort();
  });
  await store.commit([{ type: "put-event", event: eventOf({ id: 42 }) }]);
  await store.commit([{ type: "put-event", event: eventOf({ id: 43 }) }]);
  await following;
  expect(seen.map(({ id }) => id)).toEqual([42, 43]);
});

it("recordedPolicy() goes by what is recorded, or by what holds for all", () => {
  expect(recordedPolicy(null)).toMatchObject({
    failureThreshold: 3,
    isReconciled: false,
    ladder: [],
  });
});
