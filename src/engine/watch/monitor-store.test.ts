import { expect, test } from "vitest";
import { Gate, monitoring } from "../../../test/support/monitor-lab.ts";
import { failing, LabStore, look, policy, subject } from "../../../test/support/watch-lab.ts";
import type { Look } from "../../model/watch-state.ts";
import type { WatchChange } from "../../ports/watch-store.ts";
import type { SimulatedClock } from "../../testing/simulated-clock.ts";

const at = (clock: SimulatedClock): Pick<Look, "at"> => ({ at: clock.now() });

const MINUTE_MS = 60_000;

/** Has no room for results while it is full. */
class FullStore extends LabStore {
  isFull = false;

  override record(batch: Parameters<LabStore["record"]>[0]): boolean {
    return !this.isFull && super.record(batch);
  }
}

test("results that were lost are counted, and told once there is room again", async () => {
  const store = new FullStore();
  const { clock } = await monitoring(
    (time) => [subject({ name: "web", look: () => Promise.resolve(look(at(time))) })],
    { store },
  );
  await clock.advance(MINUTE_MS);
  store.isFull = true;
  await clock.advance(5 * MINUTE_MS);
  expect(store.events.map(({ type }) => type)).not.toContain("results_lost");
  store.isFull = false;
  await clock.advance(5 * MINUTE_MS);
  const lost = store.events.filter(({ type }) => type === "results_lost");
  expect(lost).toMatchObject([{ resource: null, data: { count: 10 } }]);
});

/** Takes a while for each commit. */
class SlowStore extends LabStore {
  wait: () => Promise<void> = () => Promise.resolve();

  override async commit(changes: readonly WatchChange[]): Promise<number> {
    const serial = await super.commit(changes);
    await this.wait();
    return serial;
  }
}

test("what is destroyed by hand while a decision about it is stored is not made again by itself", async () => {
  const store = new SlowStore();
  let isGone = false;
  const { clock, monitor } = await monitoring(
    (time) => [
      subject({
        name: "web",
        policy: policy({ isReconciled: false }),
        look: () =>
          Promise.resolve(
            isGone ? failing({ ...at(time), isConclusive: true, sync: "missing" }) : look(at(time)),
          ),
      }),
    ],
    { store },
  );
  await clock.advance(1_000);
  store.wait = () => clock.sleep(100);
  isGone = true;
  monitor.hint("web");
  await clock.advance(10);
  const settingAside = monitor.setAside(["web"]);
  await clock.advance(5_000);
  await settingAside;
  expect(store.states.get("web")?.expiredAt).toBeTypeOf("number");
});

test("a stop while it begins ends it", async () => {
  const store = new LabStore();
  const reading = new Gate();
  const read = store.watching.bind(store);
  let looks = 0;
  const { clock, monitor } = await monitoring(() => [], { store });
  store.watching = async () => {
    await reading.pass();
    return await read();
  };
  const starting = monitor.start([
    subject({
      name: "web",
      look: () => {
        looks += 1;
        return Promise.resolve(look());
      },
    }),
  ]);
  const stopping = monitor.stop();
  reading.open();
  await starting;
  await stopping;
  await clock.advance(MINUTE_MS);
  expect(looks).toBe(0);
  expect(clock.pending()).toBe(0);
});
