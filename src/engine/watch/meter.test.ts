import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { failing, LabStore, look, policy, subject } from "../../../test/support/watch-lab.ts";
import { simulatedClock, type SimulatedClock } from "../../testing/simulated-clock.ts";
import type { Verdict } from "../../model/verdict.ts";
import { Meter } from "./meter.ts";
import { Monitor, type MonitorOptions } from "./monitor.ts";

interface Lab {
  readonly clock: SimulatedClock;
  readonly store: LabStore;
  readonly meter: Meter;
  readonly monitor: Monitor;
  readonly kinds: Map<string, string>;
}

async function metered(
  subjects: (clock: SimulatedClock) => MonitorOptions["subjects"],
  options: Partial<MonitorOptions> = {},
): Promise<Lab> {
  const clock = simulatedClock({ auto: false });
  const store = new LabStore();
  const kinds = new Map<string, string>();
  const meter = new Meter({ clock, kindOf: (name) => kinds.get(name) ?? "service" });
  const monitor = new Monitor({
    project: "shop",
    subjects: subjects(clock),
    store,
    clock,
    random: { next: () => 0.5 },
    channels: [{ name: "log", deliver: () => Promise.resolve() }],
    onEvent: () => undefined,
    onStoreFailure: () => undefined,
    meter,
    ...options,
  });
  await monitor.start();
  onTestFinished(() => monitor.stop());
  return { clock, store, meter, monitor, kinds };
}

const well = (name: string, clock: SimulatedClock): MonitorOptions["subjects"][number] =>
  subject({ name, look: () => Promise.resolve(look({ at: clock.now(), durationMs: 20 })) });

const totalOf = ({ counts }: { readonly counts: readonly number[] }): number =>
  counts.reduce((sum, count) => sum + count, 0);

test("looks are counted by verdict, with how long they took and how late they began", async () => {
  let verdict: Verdict = "pass";
  const { clock, meter } = await metered((time) => [
    subject({
      name: "web",
      policy: policy({ isReconciled: false, retryIntervalMs: 30_000 }),
      look: () => Promise.resolve(look({ at: time.now(), verdict, durationMs: 20 })),
    }),
  ]);
  await clock.advance(60_000);
  verdict = "fail";
  await clock.advance(150_000);
  verdict = "error";
  await clock.advance(30_000);
  expect(meter.resource("web")).toMatchObject({
    results: { pass: 2, fail: 5, error: 1, skipped: 0 },
    failures: 5,
    lastDurationMs: 20,
  });
  verdict = "pass";
  await clock.advance(30_000);
  expect(meter.resource("web")?.failures).toBe(0);
  const durations = meter.durations().get("service");
  expect(durations?.sum).toBeCloseTo(0.18, 9);
  expect(durations?.counts[durations.bounds.indexOf(0.025)]).toBe(9);
  expect(totalOf(meter.lateness())).toBe(9);
});

test("repairs that ended and messages are counted by what came of them", async () => {
  let isBroken = false;
  let isMute = true;
  const { clock, meter } = await metered(
    (time) => [
      subject({
        name: "web",
        look: () =>
          Promise.resolve(isBroken ? failing({ at: time.now() }) : look({ at: time.now() })),
        act: ({ action }) => {
          if (action === "restart") return Promise.reject(new Error("no"));
          isBroken = false;
          return Promise.resolve("made anew");
        },
      }),
    ],
    {
      channels: [
        {
          name: "mail",
          deliver: () => (isMute ? Promise.reject(new Error("silence")) : Promise.resolve()),
        },
      ],
    },
  );
  expect(meter.notifications()).toEqual([
    { channel: "mail", outcome: "delivered", count: 0 },
    { channel: "mail", outcome: "failed", count: 0 },
    { channel: "mail", outcome: "dead", count: 0 },
  ]);
  await clock.advance(30_000);
  isBroken = true;
  await clock.advance(120_000);
  expect(meter.remediations()).toEqual([
    { resource: "web", action: "restart", outcome: "failed", count: 2 },
    { resource: "web", action: "recreate", outcome: "repaired", count: 1 },
  ]);
  isMute = false;
  await clock.advance(600_000);
  const counts = new Map(meter.notifications().map(({ outcome, count }) => [outcome, count]));
  expect(counts.get("delivered")).toBe(2);
  expect(counts.get("failed")).toBeGreaterThan(3);
});

test("a cycle is one pass over everything, without what is paused", async () => {
  const { clock, meter, monitor } = await metered((time) => [well("web", time), well("db", time)]);
  expect(meter.cycle()).toBeNull();
  await clock.advance(60_000);
  const first = meter.cycle();
  expect(first).not.toBeNull();
  expect(first?.durationMs).toBeLessThanOrEqual(30_000);
  const pause = { kind: "pause", from: clock.now(), until: null, by: "ops", comment: "" } as const;
  await monitor.ledger.hold({ ...pause, resource: "db" });
  await clock.advance(60_000);
  const second = meter.cycle();
  expect(second?.startedAt).toBeGreaterThan(clock.now() - 31_000);
  expect(second?.durationMs).toBe(0);
  await monitor.ledger.hold({ ...pause, resource: null });
  await clock.advance(120_000);
  expect(meter.cycle()).toEqual(second);
});

test("what is not watched any more is forgotten, and one that comes in its place begins with zero", async () => {
  const { clock, meter, monitor, kinds } = await metered((time) => [
    well("web", time),
    well("db", time),
  ]);
  await clock.advance(60_000);
  await monitor.replace([well("web", clock)]);
  expect(meter.resource("db")).toBeNull();
  expect(meter.resource("web")?.results.pass).toBeGreaterThan(1);
  kinds.set("job", "process");
  await monitor.replace([well("web", clock), well("job", clock)]);
  expect(meter.resource("job")).toEqual({
    results: { pass: 0, fail: 0, error: 0, skipped: 0 },
    failures: 0,
    lastDurationMs: null,
  });
  expect([...meter.durations().keys()]).toEqual(["service", "process"]);
  kinds.set("web", "process");
  await monitor.replace([well("web", clock), well("job", clock)]);
  expect([...meter.durations().keys()]).toEqual(["process"]);
  expect(meter.resource("web")?.results.pass).toBe(0);
});

const event = fc.record({
  what: fc.constantFrom("began", "ended", "looked", "looked", "looked"),
  who: fc.nat({ max: 40 }),
  verdict: fc.constantFrom<Verdict>("pass", "fail", "error", "skipped"),
});

test("counts are those of a list of all that happened, whoever comes and goes", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 400 }), (story) => {
      const meter = new Meter({ clock: { elapsedMs: () => 0 }, kindOf: () => "service" });
      const naive = new Map<string, Verdict[]>();
      for (const { what, who, verdict } of story) {
        const name = String(who);
        if (what === "looked") {
          meter.looked(name, look({ verdict }), 0, 0);
          naive.get(name)?.push(verdict);
        } else {
          meter[what](name, 0);
          if (what === "ended") naive.delete(name);
          else if (!naive.has(name)) naive.set(name, []);
        }
      }
      for (let who = 0; who <= 40; who += 1) {
        const seen = naive.get(String(who));
        const count = (wanted: Verdict): number =>
          seen?.filter((verdict) => verdict === wanted).length ?? 0;
        expect(meter.resource(String(who))?.results).toEqual(
          seen === undefined
            ? undefined
            : {
                pass: count("pass"),
                fail: count("fail"),
                error: count("error"),
                skipped: count("skipped"),
              },
        );
      }
    }),
  );
});
