import { expect, test } from "vitest";
import { ending, Gate, monitoring } from "../../../test/support/monitor-lab.ts";
import { failing, look, policy, RESTART, subject } from "../../../test/support/watch-lab.ts";
import type { Look } from "../../model/watch-state.ts";
import type { SimulatedClock } from "../../testing/simulated-clock.ts";

const at = (clock: SimulatedClock): Pick<Look, "at"> => ({ at: clock.now() });

test("exclude() waits until a repair that is under way has ended", async () => {
  const repair = new Gate();
  const { clock, monitor, store } = await monitoring((time) => [
    subject({
      name: "web",
      look: () => Promise.resolve(failing({ ...at(time), isConclusive: true })),
      act: async () => {
        await repair.pass();
        return "restarted";
      },
    }),
  ]);
  await clock.advance(1_000);
  expect(repair.isReached).toBe(true);
  const excluding = monitor.exclude(["web"]);
  const { hasEnded } = ending(excluding);
  await clock.advance(60_000);
  expect(hasEnded()).toBe(false);
  repair.open();
  await clock.advance(1_000);
  expect(hasEnded()).toBe(true);
  expect([...store.allRepairs.values()]).toMatchObject([{ outcome: "acted" }]);
  (await excluding)[Symbol.dispose]();
});

test("exclude() does not wait for the repair that asks for it", async () => {
  const { clock, monitor } = await monitoring((time) => [
    subject({
      name: "web",
      look: () => Promise.resolve(failing({ ...at(time), isConclusive: true })),
      act: async () => {
        const exclusion = await monitor.exclude(["web"], "web");
        exclusion[Symbol.dispose]();
        return "brought back";
      },
    }),
  ]);
  await clock.advance(500);
  expect(monitor.entries.get("web")?.state.repair).toMatchObject({ attempts: 1, running: null });
});

test("exclude() of a resource and of what it needs ends, while the one waits for a look at the other", async () => {
  let isBroken = false;
  const first = new Gate();
  const { clock, monitor } = await monitoring((time) => [
    subject({
      name: "db",
      look: async () => {
        if (isBroken) await first.pass();
        return isBroken ? failing(at(time)) : look(at(time));
      },
    }),
    subject({
      name: "web",
      dependsOn: ["db"],
      look: () => Promise.resolve(isBroken ? failing(at(time)) : look(at(time))),
    }),
  ]);
  await clock.advance(10_000);
  isBroken = true;
  monitor.hint("db");
  await clock.advance(0);
  // The look that is under way is too old by then: another one is waited for.
  await clock.advance(5_000);
  monitor.hint("web");
  await clock.advance(100);
  const excluding = monitor.exclude(["db", "web"]);
  const { hasEnded } = ending(excluding);
  first.open();
  await clock.advance(60_000);
  expect(hasEnded()).toBe(true);
  (await excluding)[Symbol.dispose]();
});

test("what is excluded while its cause is looked for is neither judged nor repaired", async () => {
  let isBroken = false;
  const cause = new Gate();
  const acts: string[] = [];
  const { clock, monitor, store } = await monitoring((time) => [
    subject({
      name: "db",
      look: async () => {
        if (isBroken) await cause.pass();
        return look(at(time));
      },
    }),
    subject({
      name: "web",
      dependsOn: ["db"],
      look: () =>
        Promise.resolve(isBroken ? failing({ ...at(time), isConclusive: true }) : look(at(time))),
      act: ({ action }) => {
        acts.push(action);
        return Promise.resolve("done");
      },
    }),
  ]);
  await clock.advance(10_000);
  isBroken = true;
  monitor.hint("web");
  await clock.advance(100);
  const excluding = monitor.exclude(["web"]);
  cause.open();
  await clock.advance(60_000);
  expect(acts).toEqual([]);
  expect([...store.allIncidents.values()]).toEqual([]);
  isBroken = false;
  (await excluding)[Symbol.dispose]();
});

test("a look that is waited for is answered when a repair begins instead", async () => {
  let isBroken = false;
  const seeing = new Gate();
  const { clock, monitor } = await monitoring((time) => [
    subject({
      name: "web",
      look: async () => {
        if (!isBroken) return look(at(time));
        await seeing.pass();
        return failing({ ...at(time), isConclusive: true });
      },
      act: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            reject(new Error("stopped"));
          });
        }),
    }),
  ]);
  await clock.advance(1_000);
  isBroken = true;
  monitor.hint("web");
  await clock.advance(100);
  const entry = monitor.entries.get("web");
  if (entry === undefined) throw new Error("web is not watched");
  const looking = monitor.lookSince(entry);
  const { hasEnded } = ending(looking);
  seeing.open();
  await clock.advance(100);
  expect(hasEnded()).toBe(true);
  expect(await looking).toBeNull();
});

test("what is not watched any more leaves nothing behind, though a repair of it was under way", async () => {
  const repair = new Gate();
  const { clock, monitor, store } = await monitoring((time) => [
    subject({
      name: "web",
      look: () => Promise.resolve(failing({ ...at(time), isConclusive: true })),
      act: async () => {
        await repair.pass();
        return "restarted";
      },
    }),
  ]);
  await clock.advance(1_000);
  await monitor.replace([]);
  repair.open();
  await clock.advance(60_000);
  expect([...store.states.keys()]).toEqual([]);
  expect([...store.allRepairs.values()]).toMatchObject([{ outcome: "interrupted" }]);
});

test("replace() takes over what is new while looks hang", async () => {
  const stuck = Array.from({ length: 3 }, () => new Gate());
  let looks = 0;
  const hanging = stuck.map((gate, index) =>
    subject({
      name: `stuck-${String(index)}`,
      look: async () => {
        await gate.pass();
        return look();
      },
    }),
  );
  const { clock, monitor } = await monitoring(() => hanging);
  await clock.advance(1_000);
  const fresh = subject({
    name: "web",
    look: () => {
      looks += 1;
      return Promise.resolve(look());
    },
  });
  const replacing = monitor.replace([...hanging, fresh]);
  await clock.advance(40_000);
  expect(looks).toBeGreaterThan(0);
  for (const gate of stuck) gate.open();
  await clock.advance(1_000);
  await replacing;
});

test("an attempt comes to its end, although its resource is another one by then", async () => {
  let isBroken = true;
  const web = (specHash: string, time: SimulatedClock): ReturnType<typeof subject> =>
    subject({
      name: "web",
      specHash,
      policy: policy({ settleMs: 30_000, failureThreshold: 1 }),
      look: () => Promise.resolve(isBroken ? failing(at(time)) : look(at(time))),
      act: () => Promise.resolve("brought back to version 1"),
    });
  const { clock, monitor, store } = await monitoring((time) => [web("1", time)]);
  await clock.advance(10);
  expect([...store.allRepairs.values()]).toMatchObject([{ outcome: "acted" }]);
  await monitor.replace([web("2", clock)]);
  isBroken = false;
  await clock.advance(60_000);
  expect([...store.allRepairs.values()]).toMatchObject([{ outcome: "repaired" }]);
  expect([...store.allIncidents.values()]).toMatchObject([{ outcome: "repaired" }]);
  expect(monitor.entries.get("web")?.state.specHash).toBe("2");
});

test("what is destroyed by hand while it is looked at is not made again by itself", async () => {
  let isGone = false;
  const seeing = new Gate();
  const { clock, monitor, store } = await monitoring((time) => [
    subject({
      name: "web",
      policy: policy({ ladder: [RESTART] }),
      look: async () => {
        if (!isGone) return look(at(time));
        await seeing.pass();
        return failing({ ...at(time), isConclusive: true, sync: "missing" });
      },
    }),
  ]);
  await clock.advance(1_000);
  isGone = true;
  monitor.hint("web");
  await clock.advance(100);
  const settingAside = monitor.setAside(["web"]);
  seeing.open();
  await clock.advance(1_000);
  await settingAside;
  expect(store.states.get("web")?.expiredAt).not.toBeNull();
  expect(store.states.has("web")).toBe(true);
});
