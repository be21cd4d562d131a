import { expect, it } from "vitest";
import { quietTerminal, runMonitor, TASK } from "../../../test/support/monitor-run.ts";
import { memoryStore } from "../../adapters/memory/store.ts";
import { simulatedClock } from "../../testing/simulated-clock.ts";
import { HealthMonitor } from "./health-monitor.ts";

function gaps(times: readonly number[]): readonly number[] {
  return times.slice(1).map((time, index) => Math.round((time - (times[index] ?? 0)) * 1e6) / 1e6);
}

it("HealthMonitor acts once when the threshold is reached, and not again while it stays unhealthy", async () => {
  const { checks, actions } = await runMonitor({ check: () => false });
  expect(actions).toHaveLength(1);
  expect(actions[0]).toBe(checks[1]);
  expect(checks.length).toBeGreaterThanOrEqual(10);
});

it("HealthMonitor acts again in the next outage", async () => {
  // Down from the start until it is restarted, and once more after 50 s.
  let downSince = 0;
  let isUp = false;
  const { actions, events } = await runMonitor({
    seconds: 200,
    check: (seconds) => {
      if (isUp && seconds - downSince > 50) isUp = false;
      return isUp;
    },
    act: (seconds) => {
      isUp = true;
      downSince = seconds;
    },
  });
  expect(actions.length).toBeGreaterThanOrEqual(2);
  const changes = events.filter(({ type }) => type === "health_changed");
  expect(changes.map(({ data }) => data["to"])).toEqual(
    actions.flatMap(() => ["unhealthy", "healthy"]).slice(0, changes.length),
  );
});

it("HealthMonitor calls a task recovered after as many successes as it says", async () => {
  let count = 0;
  const { events, checks } = await runMonitor({
    task: { recoverAfterSuccessesThreshold: 3, consecutiveFailuresThreshold: 1 },
    // One failure, then all is well.
    check: () => (count += 1) > 1,
  });
  const [down, up] = events.filter(({ type }) => type === "health_changed");
  expect(down?.data).toMatchObject({ to: "unhealthy" });
  expect(up?.data).toMatchObject({ to: "healthy" });
  const startMs = (down?.at ?? 0) - (checks[0] ?? 0) * 1_000;
  expect(((up?.at ?? 0) - startMs) / 1_000).toBeCloseTo(checks[3] ?? Number.NaN, 3);
});

it("HealthMonitor repeats the action where the task says so", async () => {
  const { actions } = await runMonitor({
    check: () => false,
    task: { repeatActionEverySeconds: 30 },
    seconds: 118,
  });
  expect(actions.length).toBeGreaterThanOrEqual(3);
  for (const gap of gaps(actions)) {
    expect(gap).toBeGreaterThanOrEqual(30);
    expect(gap).toBeLessThanOrEqual(40);
  }
});

it.each([
  [
    "synchronously",
    (): never => {
      throw new TypeError("no\nway");
    },
  ],
  [
    "later",
    async (): Promise<never> => {
      await Promise.resolve();
      throw new TypeError("no\nway");
    },
  ],
])(
  "HealthMonitor counts a check that throws %s as a failure, and logs it",
  async (_when, check) => {
    const { actions, log } = await runMonitor({ check });
    expect(actions).toHaveLength(1);
    expect(log).toMatch(
      / - ERROR - MyPlugin - \[ApiHealth\] the check check threw: TypeError: no\\nway\\n/u,
    );
  },
);

it("HealthMonitor logs an action that throws, and goes on", async () => {
  const { checks, log } = await runMonitor({
    check: () => false,
    act: () => {
      throw new Error("no hands");
    },
  });
  expect(checks.length).toBeGreaterThanOrEqual(10);
  expect(log).toMatch(/ - ERROR - MyPlugin - \[ApiHealth\] action act failed: Error: no hands/u);
});

it("HealthMonitor hands functions their config as it was written, a logger and a signal", async () => {
  const checkConfig = { snake_key: 1, client: new Map(), call: () => 1 };
  const actionConfig = { other_key: [] };
  const seen: unknown[] = [];
  const { log } = await runMonitor({
    task: { checkConfig, actionConfig, consecutiveFailuresThreshold: 1 },
    seconds: 11,
    check: (_seconds, config, logger, { signal }) => {
      logger.info("looking");
      seen.push(config, signal instanceof AbortSignal);
      return false;
    },
    act: (_seconds, config, logger, context) => {
      logger.warning("acting");
      seen.push(config, Object.keys(context));
    },
  });
  expect(seen[0]).toBe(checkConfig);
  expect(seen[1]).toBe(true);
  expect(seen[2]).toBe(actionConfig);
  expect(seen[3]).toEqual(["signal"]);
  expect(log).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z - INFO - MyPlugin - \[ApiHealth\] looking$/mu);
  expect(log).toMatch(/ - WARNING - MyPlugin - \[ApiHealth\] acting$/mu);
});

it("HealthMonitor never runs a task that is disabled", async () => {
  const { checks, actions, log } = await runMonitor({
    task: { enabled: false },
    check: () => false,
  });
  expect([checks, actions]).toEqual([[], []]);
  expect(log).toContain("monitor started: 0 tasks, 1 disabled");
});

it("HealthMonitor keeps its grid, however long a check takes", async () => {
  const clock = simulatedClock();
  const { checks } = await runMonitor({
    clock,
    seconds: 1_000,
    check: async () => {
      await clock.sleep(7_300);
      return true;
    },
  });
  expect(checks.length).toBeGreaterThanOrEqual(99);
  expect(new Set(gaps(checks))).toEqual(new Set([10]));
});

it("HealthMonitor takes a check that does not end in time for a failure, and tells it", async () => {
  const clock = simulatedClock();
  const reasons: unknown[] = [];
  const { actions, checks, log } = await runMonitor({
    clock,
    seconds: 60,
    task: { checkTimeoutSeconds: 4 },
    check: (_seconds, _config, _logger, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          reasons.push(signal.reason);
          reject(new Error("ended"));
        });
      }),
  });
  expect(actions).toHaveLength(1);
  expect(actions[0]).toBe((checks[1] ?? 0) + 4);
  expect(reasons.length).toBeGreaterThanOrEqual(2);
  expect(log).toContain("no end within 4 s");
});

it("HealthMonitor does not start a check again that still runs", async () => {
  const { checks, actions, log } = await runMonitor({
    seconds: 200,
    task: { checkTimeoutSeconds: 4 },
    check: () => new Promise(() => undefined),
  });
  expect(checks).toHaveLength(1);
  // It has failed all the same, whenever it was due.
  expect(actions).toHaveLength(1);
  expect(log).toContain("the check before has not ended");
});

it("HealthMonitor lets no task wait for another", async () => {
  const { checks } = await runMonitor({
    seconds: 300,
    monitoredTasks: [
      { ...TASK, name: "Hanging", checkType: "hang", checkTimeoutSeconds: 1_000 },
      TASK,
      { ...TASK, name: "Acting", checkType: "fail", actionOnFailure: "hang" },
    ],
    checkFunctions: {
      hang: () => new Promise(() => undefined),
      fail: () => false,
      check: () => true,
    },
    actionFunctions: { act: () => "", hang: () => new Promise(() => undefined) },
    onEvent: () => {
      throw new Error("a listener that throws ends nothing");
    },
  }).then(({ log }) => ({ checks: log.match(/\[ApiHealth\] check passed/gu) ?? [] }));
  expect(checks.length).toBeGreaterThanOrEqual(29);
});

it.each([
  ["error", 0],
  ["skipped", 0],
  ["pass", 0],
  ["fail", 1],
  [{ verdict: "fail", expected: "7", actual: "8" }, 1],
  [{ verdict: "fail", severity: "warn" }, 0],
  [undefined, 1],
  [1, 1],
])("HealthMonitor takes %j for an answer", async (answer, times) => {
  const { actions } = await runMonitor({ check: () => answer });
  expect(actions).toHaveLength(times);
});

it("HealthMonitor goes on from its store", async () => {
  const store = memoryStore();
  const clock = simulatedClock();
  const first = await runMonitor({ store, clock, seconds: 30, check: () => false });
  expect(first.actions).toHaveLength(1);
  // It is unhealthy still, and its action has run.
  const second = await runMonitor({ store, clock, seconds: 100, check: () => false });
  expect(second.actions).toEqual([]);
  expect(second.checks.length).toBeGreaterThanOrEqual(9);
});

it("HealthMonitor keeps everything in memory when its store fails, and says so", async () => {
  const store = {
    ...memoryStore(),
    watching: () => Promise.reject(new Error("the disk is gone")),
  };
  const { actions, log } = await runMonitor({ store, check: () => false });
  expect(actions).toHaveLength(1);
  expect(log).toMatch(/the store cannot be used, so all is kept in memory: .*the disk is gone/u);
});

it("HealthMonitor ends with SIGTERM when no signal is given, and listens no longer then", async () => {
  using quiet = quietTerminal();
  const before = process.listenerCount("SIGTERM");
  const monitor = new HealthMonitor({
    monitoredTasks: [{ ...TASK, enabled: false }],
    checkFunctions: { check: () => true },
    actionFunctions: { act: () => "" },
  });
  const running = monitor.run();
  expect(process.listenerCount("SIGTERM")).toBe(before + 1);
  expect(monitor.run()).toBe(running);
  process.emit("SIGTERM");
  await expect(running).resolves.toBeUndefined();
  expect(process.listenerCount("SIGTERM")).toBe(before);
  expect(process.listenerCount("SIGINT")).toBe(0);
  expect(quiet.written()).toBe(2);
});
