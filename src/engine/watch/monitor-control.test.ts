import { expect, test } from "vitest";
import { ending, monitoring, type MonitorLab } from "../../../test/support/monitor-lab.ts";
import { failing, look, policy, subject } from "../../../test/support/watch-lab.ts";
import type { WatchControl } from "../../model/control.ts";
import type { RepairAttempt } from "../../model/incident.ts";
import type { Look } from "../../model/watch-state.ts";
import type { SimulatedClock } from "../../testing/simulated-clock.ts";
import { Followers } from "./followers.ts";
import { monitorControl } from "./monitor-control.ts";
import type { Subject } from "./subject.ts";

interface Asked extends MonitorLab {
  readonly control: WatchControl;
}

async function asking(
  subjects: (clock: SimulatedClock) => readonly Subject[],
  onLook: () => void = () => undefined,
): Promise<Asked> {
  const followers = new Followers();
  const lab = await monitoring(subjects, { onEvent: followers.tell, onLook });
  const { monitor, store, clock } = lab;
  const repairs = (): Promise<readonly RepairAttempt[]> =>
    Promise.resolve([...store.allRepairs.values()].toReversed());
  const control = monitorControl({
    monitor,
    followers,
    clock,
    store: { repairs, events: () => Promise.resolve(store.events) },
    describe: () => ({ kind: "docker", group: null }),
    claims: () => [],
    about: () => ({
      project: "shop",
      folder: "/srv/shop",
      runningSince: 0,
      pid: 1,
      pendingChanges: [],
    }),
    unknown: (resource) => new Error(`no ${resource}`),
  });
  return { ...lab, control };
}

const at = (clock: SimulatedClock): Pick<Look, "at"> => ({ at: clock.now() });

/** What is broken, watched, and left alone unless somebody asks. */
function broken(clock: SimulatedClock, act: Subject["act"]): Subject {
  return subject({
    name: "web",
    policy: policy({ isReconciled: false }),
    look: () => Promise.resolve(failing(at(clock))),
    act,
  });
}

test("repair() repairs nothing that a plan has begun to work on", async () => {
  const acts: string[] = [];
  let excluding: Promise<Disposable> | null = null;
  let isAsked = false;
  const asked = await asking(
    (time) => [
      broken(time, ({ action }) => {
        acts.push(action);
        return Promise.resolve("done");
      }),
    ],
    () => {
      // After it was looked at, and before anything is decided.
      if (isAsked) excluding ??= asked.monitor.exclude(["web"]);
    },
  );
  const { clock, control } = asked;
  await clock.advance(60_000);
  isAsked = true;
  const repairing = control.repair("web", { by: "ann" });
  void repairing.catch(() => null);
  await clock.advance(60_000);
  await expect(repairing).rejects.toThrow(/being worked on/u);
  expect(acts).toEqual([]);
  expect(excluding).not.toBeNull();
});

test("repair() and acknowledge() say so when it cannot be stored", async () => {
  const acts: string[] = [];
  const { clock, store, control } = await asking((time) => [
    broken(time, ({ action }) => {
      acts.push(action);
      return Promise.resolve("done");
    }),
  ]);
  await clock.advance(60_000);
  store.failure = new Error("disk full");
  const repairing = control.repair("web", { by: "ann" });
  void repairing.catch(() => null);
  await clock.advance(1_000);
  await expect(repairing).rejects.toThrow(/could not be written/u);
  const acknowledging = control.acknowledge({ resource: "web", by: "ann", comment: "" });
  await expect(acknowledging).rejects.toThrow(/could not be written/u);
  expect(acts).toEqual([]);
  store.failure = null;
  const [incident] = await control.acknowledge({ resource: "web", by: "ann", comment: "" });
  expect(incident?.acknowledged?.by).toBe("ann");
});

test("release() says so when it cannot be stored", async () => {
  const { store, control } = await asking(() => []);
  const wanted = { resource: null, by: "ann" } as const;
  await control.hold({ ...wanted, kind: "pause", forMs: null, comment: "" });
  store.failure = new Error("disk full");
  const releasing = control.release({ ...wanted, kinds: ["pause"] });
  await expect(releasing).rejects.toThrow(/could not be written/u);
  store.failure = null;
  expect(await control.release({ ...wanted, kinds: ["pause"] })).toHaveLength(1);
});

test("repair() ends when its resource is not watched any more", async () => {
  const { clock, monitor, control } = await asking((time) => [
    broken(time, () => Promise.resolve("restarted")),
  ]);
  await clock.advance(1_000);
  const repairing = control.repair("web", { by: "ann" });
  await clock.advance(200);
  const { hasEnded } = ending(repairing);
  expect(hasEnded()).toBe(false);
  await monitor.replace([]);
  await clock.advance(10_000);
  expect(hasEnded()).toBe(true);
  expect(await repairing).toMatchObject({ outcome: "interrupted" });
});

test("checkNow() looks at what is paused, and no further", async () => {
  let looks = 0;
  const { clock, control } = await asking((time) => [
    subject({
      name: "web",
      look: () => {
        looks += 1;
        return Promise.resolve(look(at(time)));
      },
    }),
  ]);
  await clock.advance(1_000);
  await control.hold({ kind: "pause", resource: "web", forMs: null, by: "ann", comment: "" });
  looks = 0;
  await clock.advance(60_000);
  expect(looks).toBe(0);
  const checking = control.checkNow("web");
  await clock.advance(60_000);
  expect((await checking).health).toBe("healthy");
  expect(looks).toBe(1);
});
