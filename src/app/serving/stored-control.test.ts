import { expect, test } from "vitest";
import { serveTestControl } from "../../../test/support/control-server.ts";
import {
  eventOf,
  explanationOf,
  projectStatus,
  resourceStatus,
  watchState,
} from "../../../test/support/watch-control.ts";
import { memoryStore } from "../../adapters/memory/store.ts";
import { systemClock } from "../../adapters/system/clock.ts";
import type { WatchControl } from "../../model/control.ts";
import type { Store } from "../../ports/store.ts";
import { storedControl, type StoredControl } from "./stored-control.ts";

function stored(folder: string, store: Store = memoryStore()): StoredControl {
  return storedControl({ project: "shop", root: "/srv/shop", folder, store, clock: systemClock });
}

test("storedControl() asks whoever watches, however much is asked at once", async () => {
  let asked = 0;
  await using watching = await serveTestControl({
    explain: async (resource) => {
      asked += 1;
      await new Promise((resolve) => setImmediate(resolve));
      return explanationOf(resourceStatus({ state: watchState({ resource }) }));
    },
  });
  await using open = stored(watching.folder);
  expect(await open.control.status()).toEqual(projectStatus());
  const names = Array.from({ length: 200 }, (_, index) => `r${String(index)}`);
  const told = await Promise.all(names.map((name) => open.control.explain(name)));
  expect(told.map(({ state }) => state.resource)).toEqual(names);
  expect(asked).toBe(200);
});

test("storedControl() tells what is stored where nobody watches, and as soon as nobody does any more", async () => {
  await using store = memoryStore();
  await store.commit([{ type: "put-watch", state: watchState({ resource: "web" }) }]);
  await using open = stored("/nowhere", store);
  const { runningSince, resources } = await open.control.status();
  expect([runningSince, resources.map(({ resource }) => resource)]).toEqual([null, ["web"]]);

  const watching = await serveTestControl({ explain: () => new Promise(() => undefined) });
  await using other = stored(watching.folder, store);
  expect((await other.control.status()).runningSince).not.toBeNull();
  const explained = other.control.explain("web");
  await watching[Symbol.asyncDispose]();
  expect((await explained).next.join()).not.toBe("");
  expect((await other.control.status()).runningSince).toBeNull();
});

test("storedControl() changes nothing, whoever watches", async () => {
  await using watching = await serveTestControl();
  await using open = stored(watching.folder);
  const { checkNow, repair, hold, release, acknowledge } = open.control;
  const asked = { resource: "web", by: "alice", comment: "" };
  const changes = [
    checkNow("web"),
    repair("web", asked),
    hold({ ...asked, kind: "pause", forMs: null }),
    release({ ...asked, kinds: ["pause"] }),
    acknowledge(asked),
  ];
  for (const change of changes) await expect(change).rejects.toMatchObject({ code: "read-only" });
});

test("storedControl() follows what is stored, and what whoever watches tells", async () => {
  await using store = memoryStore();
  const events = [1, 2, 3].map((id) => eventOf({ id }));
  const [first, second, third] = events;
  if (first === undefined || second === undefined || third === undefined) throw new Error("none");
  await store.commit([{ type: "put-event", event: first }]);
  const follow: WatchControl["follow"] = async ({ after }, onEvent) => {
    expect(after).toBe(1);
    onEvent(first);
    onEvent(second);
    await store.commit([second, third].map((event) => ({ type: "put-event", event }) as const));
  };
  await using watching = await serveTestControl({ follow });
  await using open = stored(watching.folder, store);
  const ending = new AbortController();
  const told: number[] = [];
  await open.control.follow({ after: 1, signal: ending.signal }, ({ id }) => {
    told.push(id);
    if (id === 3) ending.abort();
  });
  expect(told).toEqual([2, 3]);
});
