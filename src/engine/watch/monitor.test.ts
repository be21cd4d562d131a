import { expect, onTestFinished, test } from "vitest";
import { simulatedClock, type SimulatedClock } from "../../testing/simulated-clock.ts";
import { failing, LabStore, look, policy, subject } from "../../../test/support/watch-lab.ts";
import type { Message } from "../../model/incident.ts";
import { Monitor, type MonitorOptions } from "./monitor.ts";
import type { Subject } from "./subject.ts";

interface Lab {
  readonly clock: SimulatedClock;
  readonly store: LabStore;
  readonly monitor: Monitor;
  readonly heard: Message[];
}

async function watching(
  subjects: readonly Subject[] | ((clock: SimulatedClock) => readonly Subject[]),
  options: Partial<MonitorOptions> = {},
): Promise<Lab> {
  const clock = simulatedClock({ auto: false });
  const store = new LabStore();
  const heard: Message[] = [];
  const channel = {
    name: "log",
    deliver: (message: Message): Promise<void> => {
      heard.push(message);
      return Promise.resolve();
    },
  };
  const monitor = new Monitor({
    project: "shop",
    subjects: typeof subjects === "function" ? subjects(clock) : subjects,
    store,
    clock,
    random: { next: () => 0.5 },
    channels: [channel],
    onEvent: () => undefined,
    onStoreFailure: () => undefined,
    ...options,
  });
  await monitor.start();
  onTestFinished(async () => {
    await monitor.stop();
  });
  return { clock, store, monitor, heard };
}

const at = (clock: SimulatedClock): { readonly at: number } => ({ at: clock.now() });

test("a resource that is well is looked at every interval and never touched", async () => {
  let looks = 0;
  const acts: string[] = [];
  const { clock, store } = await watching((time) => [
    subject({
      name: "web",
      look: () => {
        looks += 1;
        return Promise.resolve(look(at(time)));
      },
      act: ({ action }) => {
        acts.push(action);
        return Promise.resolve("done");
      },
    }),
  ]);
  await clock.advance(300_100);
  expect(looks).toBe(11);
  expect(acts).toEqual([]);
  expect(store.states.get("web")?.health).toBe("healthy");
  expect([...store.allIncidents]).toEqual([]);
  expect(store.results).toBe(11);
});

test("what fails three times in a row is restarted, proven, and told as resolved", async () => {
  let isBroken = false;
  const acts: string[] = [];
  const { clock, store, heard } = await watching((time) => [
    subject({
      name: "web",
      look: () => Promise.resolve(isBroken ? failing(at(time)) : look(at(time))),
      act: ({ action }) => {
        acts.push(action);
        isBroken = false;
        return Promise.resolve("container restarted");
      },
    }),
  ]);
  await clock.advance(1_000);
  isBroken = true;
  await clock.advance(90_000);
  expect(acts).toEqual(["restart"]);
  expect(store.states.get("web")?.health).toBe("healthy");
  expect([...store.allRepairs.values()]).toMatchObject([
    { action: "restart", outcome: "repaired", detail: "container restarted", by: "clockwork" },
  ]);
  expect([...store.allIncidents.values()]).toMatchObject([
    { kind: "failure", outcome: "repaired", repairs: 1, told: ["failure", "resolved"] },
  ]);
  expect(heard.map(({ title }) => title)).toEqual([
    "web is unhealthy: HTTPStatusAssert: expected 200, got 503",
    expect.stringMatching(/^web was repaired by 1 attempt after /u),
  ]);
});

test("what cannot be repaired is given up after five attempts, and told once", async () => {
  const acts: number[] = [];
  const { clock, store, heard } = await watching((time) => [
    subject({
      name: "web",
      policy: policy({ ladder: [{ action: "restart", parameters: {}, attempts: 50 }] }),
      look: () => Promise.resolve(failing(at(time))),
      act: () => {
        acts.push(time.now());
        return Promise.reject(new Error("no"));
      },
    }),
  ]);
  await clock.advance(3_600_000);
  expect(acts).toHaveLength(5);
  expect(acts.slice(1).map((time, index) => time - (acts[index] ?? 0))).toEqual([
    2_000, 6_000, 18_000, 54_000,
  ]);
  expect(store.states.get("web")?.repair.hasGivenUp).toBe(true);
  expect(heard.map(({ kind }) => kind)).toEqual(["failure", "gave_up"]);
});

test("what cannot be looked at becomes unknown, opens a blind incident and is not touched", async () => {
  const acts: string[] = [];
  const { clock, store } = await watching((time) => [
    subject({
      name: "web",
      look: () => Promise.resolve(look({ ...at(time), verdict: "error", sync: "unknown" })),
      act: ({ action }) => {
        acts.push(action);
        return Promise.resolve("done");
      },
    }),
  ]);
  await clock.advance(120_000);
  expect(store.states.get("web")?.health).toBe("unknown");
  expect([...store.allIncidents.values()]).toMatchObject([{ kind: "blind", closedAt: null }]);
  expect(acts).toEqual([]);
});

test("one dependency that fails under many is one incident, one message, and few looks", async () => {
  let isBroken = false;
  let looks = 0;
  const acts: string[] = [];
  const { clock, store, heard } = await watching((time) => [
    subject({
      name: "db",
      policy: policy({ isReconciled: false }),
      look: () => {
        looks += 1;
        return Promise.resolve(isBroken ? failing(at(time)) : look(at(time)));
      },
    }),
    ...Array.from({ length: 500 }, (_, index) =>
      subject({
        name: `app-${String(index)}`,
        dependsOn: ["db"],
        look: () => Promise.resolve(isBroken ? failing(at(time)) : look(at(time))),
        act: () => {
          acts.push(String(index));
          return Promise.resolve("done");
        },
      }),
    ),
  ]);
  await clock.advance(60_000);
  isBroken = true;
  looks = 0;
  await clock.advance(60_000);
  expect(acts).toEqual([]);
  expect([...store.allIncidents.values()]).toHaveLength(1);
  expect(heard.map(({ title }) => title)).toEqual([
    "db is unhealthy: HTTPStatusAssert: expected 200, got 503",
  ]);
  expect(looks).toBeLessThan(8);
  expect(store.states.get("app-3")?.causedBy).toBe("db");
  expect([...store.allIncidents.values()][0]?.affected).toHaveLength(100);
  isBroken = false;
  await clock.advance(120_000);
  expect(store.states.get("app-3")).toMatchObject({ health: "healthy", causedBy: null });
  expect(heard.map(({ kind }) => kind)).toEqual(["failure", "resolved"]);
});

test("a look that hangs holds up no other, and is not made twice", async () => {
  let hanging = 0;
  let looks = 0;
  const { clock } = await watching((time) => [
    subject({
      name: "stuck",
      look: (signal) => {
        hanging += 1;
        return new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            resolve(failing());
          });
        });
      },
    }),
    subject({
      name: "web",
      look: () => {
        looks += 1;
        return Promise.resolve(look(at(time)));
      },
    }),
  ]);
  await clock.advance(300_000);
  expect(hanging).toBe(1);
  expect(looks).toBe(10);
});

test("after a stop, watching goes on where it was: counters, budget and what was under way", async () => {
  const clock = simulatedClock({ auto: false });
  const store = new LabStore();
  const acts: number[] = [];
  const options = {
    project: "shop",
    store,
    clock,
    random: { next: () => 0.5 },
    channels: [],
    onEvent: () => undefined,
    onStoreFailure: () => undefined,
    subjects: [
      subject({
        name: "web",
        policy: policy({ ladder: [{ action: "restart", parameters: {}, attempts: 50 }] }),
        look: () => Promise.resolve(failing(at(clock))),
        act: (_, { signal }) => {
          acts.push(clock.now());
          return new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => {
              reject(new Error("stopped"));
            });
          });
        },
      }),
    ],
  };
  for (let life = 0; life < 8; life += 1) {
    const monitor = new Monitor(options);
    await monitor.start();
    await clock.advance(60_000);
    await monitor.stop();
  }
  expect(acts).toHaveLength(5);
  const outcomes = [...store.allRepairs.values()].map(({ outcome }) => outcome);
  expect(outcomes.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => "interrupted"));
  expect(store.states.get("web")?.repair.hasGivenUp).toBe(true);
});

test("nothing is done about what cannot be stored", async () => {
  const acts: string[] = [];
  const { clock, store } = await watching((time) => [
    subject({
      name: "web",
      look: () => Promise.resolve(failing({ ...at(time), isConclusive: true })),
      act: ({ action }) => {
        acts.push(action);
        return Promise.resolve("done");
      },
    }),
  ]);
  store.failure = new Error("disk full");
  await clock.advance(60_000);
  expect(acts).toEqual([]);
  store.failure = null;
  await clock.advance(60_000);
  expect(acts[0]).toBe("restart");
});
