import { expect, test } from "vitest";
import { Gate, monitoring } from "../../../test/support/monitor-lab.ts";
import {
  failing,
  LabStore,
  look,
  policy,
  RESTART,
  subject,
} from "../../../test/support/watch-lab.ts";
import type { Incident } from "../../model/incident.ts";
import type { Look } from "../../model/watch-state.ts";
import type { WatchChange } from "../../ports/watch-store.ts";
import type { SimulatedClock } from "../../testing/simulated-clock.ts";

const at = (clock: SimulatedClock): Pick<Look, "at"> => ({ at: clock.now() });

const MINUTE_MS = 60_000;

/** Remembers each commit. */
class CountingStore extends LabStore {
  readonly commits: (readonly WatchChange[])[] = [];

  override commit(changes: readonly WatchChange[]): Promise<number> {
    this.commits.push(changes);
    return super.commit(changes);
  }
}

test("while the state cannot be written, looks go on at their pace and are kept; then all is decided again", async () => {
  let looks = 0;
  const { clock, store, heard } = await monitoring((time) => [
    subject({
      name: "web",
      policy: policy({ ladder: [{ ...RESTART, attempts: 50 }] }),
      look: () => {
        looks += 1;
        return Promise.resolve(failing({ ...at(time), isConclusive: true }));
      },
      act: () => Promise.reject(new Error("no")),
    }),
  ]);
  // The next attempt waits.
  await clock.advance(3_000);
  store.failure = new Error("disk full");
  looks = 0;
  const results = store.results;
  await clock.advance(60 * MINUTE_MS);
  expect(looks).toBeLessThanOrEqual(12 * 60 + 1);
  expect(looks).toBeGreaterThan(100);
  expect(store.results - results).toBeGreaterThanOrEqual(looks - 1);
  store.failure = null;
  await clock.advance(6_000);
  expect(store.allRepairs.size).toBeGreaterThan(2);
  const ids = store.events.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort((one, other) => one - other));
  expect(heard.map(({ kind }) => kind)).toEqual(["failure"]);
});

test("of what changes a thousand times a second, a look comes early once a second", async () => {
  let looks = 0;
  const { clock, monitor } = await monitoring((time) => [
    subject({
      name: "file",
      look: () => {
        looks += 1;
        return Promise.resolve(look(at(time)));
      },
    }),
  ]);
  await clock.advance(31_000);
  looks = 0;
  monitor.hint("file");
  await clock.advance(1);
  expect(looks).toBe(1);
  for (let step = 0; step < 10_000; step += 1) {
    monitor.hint("file");
    await clock.advance(1);
  }
  expect(looks).toBeLessThanOrEqual(17);
  expect(looks).toBeGreaterThanOrEqual(10);
  await clock.advance(MINUTE_MS);
  looks = 0;
  monitor.hint("file");
  await clock.advance(1);
  expect(looks).toBe(1);
});

test("what waits for what it needs has its turn, however often that passes", async () => {
  let isBroken = false;
  const lookedAt = new Map<string, number>();
  const { clock } = await monitoring((time) => [
    subject({
      name: "db",
      policy: policy({ isReconciled: false, intervalMs: 100, recoveryThreshold: 1 }),
      look: () => Promise.resolve(isBroken ? failing(at(time)) : look(at(time))),
    }),
    ...Array.from({ length: 1_000 }, (_, index) =>
      subject({
        name: `app-${String(index)}`,
        dependsOn: ["db"],
        policy: policy({ intervalMs: 10_000, isReconciled: false }),
        look: () => {
          lookedAt.set(String(index), time.now());
          return Promise.resolve(failing(at(time)));
        },
      }),
    ),
  ]);
  isBroken = true;
  await clock.advance(MINUTE_MS);
  isBroken = false;
  lookedAt.clear();
  await clock.advance(10_000);
  expect(lookedAt.size).toBe(1_000);
});

test("a thousand resources that are other ones by now begin with few commits", async () => {
  const store = new CountingStore();
  const names = Array.from({ length: 1_000 }, (_, index) => `web-${String(index)}`);
  const of = (specHash: string): ReturnType<typeof subject>[] =>
    names.map((name) => subject({ name, specHash, look: () => Promise.resolve(look()) }));
  const before = await monitoring(() => of("1"), { store });
  await before.clock.advance(31_000);
  await before.monitor.stop();
  store.commits.length = 0;
  const after = await monitoring(() => of("2"), { store });
  expect(after.monitor.entries.size).toBe(1_000);
  expect(store.commits.length).toBeLessThanOrEqual(3);
});

test("what was taken away while nobody watched is closed with few commits, and told as over", async () => {
  const store = new CountingStore();
  const names = Array.from({ length: 600 }, (_, index) => `web-${String(index)}`);
  const before = await monitoring(
    (time) =>
      names.map((name) =>
        subject({
          name,
          policy: policy({ isReconciled: false }),
          look: () => Promise.resolve(failing({ ...at(time), isConclusive: true })),
        }),
      ),
    { store },
  );
  await before.clock.advance(31_000);
  expect(before.heard).toHaveLength(600);
  await before.monitor.stop();
  store.commits.length = 0;
  const after = await monitoring(() => [], { store });
  await after.clock.advance(1_000);
  expect(store.commits.filter((changes) => changes[0]?.type !== "put-delivery").length).toBe(2);
  expect(store.states.size).toBe(0);
  const isGone = ({ closedAt, outcome }: Incident): boolean =>
    closedAt !== null && outcome === "gone";
  expect([...store.allIncidents.values()].every(isGone)).toBe(true);
  const told = after.heard.filter(({ kind }) => kind === "resolved");
  expect(told).toHaveLength(600);
});

test("what is destroyed when its time is over is not made again, though Clockwork is killed right then", async () => {
  const destroying = new Gate();
  const { clock, store } = await monitoring((time) => [
    subject({
      name: "web",
      destroyAt: time.now() + 10_000,
      look: () => Promise.resolve(look(at(time))),
      expire: () => destroying.pass(),
    }),
  ]);
  await clock.advance(12_000);
  expect(destroying.isReached).toBe(true);
  expect(store.states.get("web")?.expiredAt).not.toBeNull();
  destroying.open();
  await clock.advance(1_000);
  expect(store.states.get("web")?.expiredAt).not.toBeNull();
});

test("what cannot be destroyed when its time is over is watched on, and tried again once a minute", async () => {
  let tries = 0;
  let looks = 0;
  const { clock, store, problems } = await monitoring((time) => [
    subject({
      name: "web",
      destroyAt: time.now() + 10_000,
      look: () => {
        looks += 1;
        return Promise.resolve(look(at(time)));
      },
      expire: () => {
        tries += 1;
        return Promise.reject(new Error("no engine"));
      },
    }),
  ]);
  await clock.advance(10 * MINUTE_MS);
  expect(tries).toBeGreaterThanOrEqual(9);
  expect(tries).toBeLessThanOrEqual(11);
  expect(problems).toHaveLength(tries);
  expect(looks).toBeGreaterThanOrEqual(20);
  expect(store.states.get("web")?.expiredAt).toBeNull();
});

test("a resource that is another one by now is looked at soon", async () => {
  let looks = 0;
  const of = (specHash: string): ReturnType<typeof subject> =>
    subject({
      name: "web",
      specHash,
      policy: policy({ intervalMs: 10 * MINUTE_MS }),
      look: () => {
        looks += 1;
        return Promise.resolve(look());
      },
    });
  const { clock, monitor } = await monitoring(() => [of("1")]);
  await clock.advance(MINUTE_MS);
  expect(looks).toBe(1);
  await monitor.replace([of("2")]);
  await clock.advance(1_000);
  expect(looks).toBe(2);
});

test("what it needs is not watched any more: then it is its own failure", async () => {
  const own = (time: SimulatedClock): ReturnType<typeof subject> =>
    subject({
      name: "web",
      dependsOn: ["db"],
      policy: policy({ isReconciled: false }),
      look: () => Promise.resolve(failing(at(time))),
    });
  const { clock, monitor, heard } = await monitoring((time) => [
    subject({
      name: "db",
      policy: policy({ isReconciled: false }),
      look: () => Promise.resolve(failing(at(time))),
    }),
    own(time),
  ]);
  await clock.advance(MINUTE_MS);
  expect(monitor.entries.get("web")?.state.causedBy).toBe("db");
  await monitor.replace([own(clock)]);
  await clock.advance(MINUTE_MS);
  expect(monitor.entries.get("web")?.state).toMatchObject({ health: "unhealthy", causedBy: null });
  expect(heard.map(({ kind, resource }) => `${resource} ${kind}`)).toEqual([
    "db failure",
    "db resolved",
    "web failure",
  ]);
});

test("a hold ends only when that is stored", async () => {
  const { clock, monitor, store } = await monitoring(() => []);
  const wanted = { kind: "pause", resource: null, until: null, by: "ann", comment: "" } as const;
  await monitor.ledger.hold({ ...wanted, from: clock.now() });
  store.failure = new Error("disk full");
  expect(await monitor.ledger.release(monitor.ledger.holds, "by ann")).toEqual([]);
  expect(monitor.ledger.holds).toHaveLength(1);
  store.failure = null;
  expect(await monitor.ledger.release(monitor.ledger.holds, "by ann")).toHaveLength(1);
  expect(monitor.ledger.holds).toEqual([]);
});
