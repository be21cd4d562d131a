import { readFileSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import type { TaskActionFunction, TaskCheckFunction } from "../../src/app/tasks/built-in.ts";
import { HealthMonitor } from "../../src/app/tasks/health-monitor.ts";
import type { HealthMonitorOptions } from "../../src/app/tasks/monitor-options.ts";
import type { MonitoredTask } from "../../src/model/task.ts";
import type { WatchEvent } from "../../src/model/watch-event.ts";
import { simulatedClock } from "../../src/testing/simulated-clock.ts";
import { testFolder } from "./folder.ts";

/** Ten seconds from one check to the next, two failures make it unhealthy. */
export const TASK: MonitoredTask = {
  name: "ApiHealth",
  processName: "api",
  checkIntervalSeconds: 10,
  checkType: "check",
  checkConfig: {},
  actionOnFailure: "act",
  consecutiveFailuresThreshold: 2,
};

/** What became of a monitor. */
export interface MonitorRun {
  /** Seconds after the start. */
  readonly checks: readonly number[];
  readonly actions: readonly number[];
  readonly events: readonly WatchEvent[];
  readonly log: string;
}

/** What is monitored, and for how long. */
export interface MonitorRunOptions extends Partial<HealthMonitorOptions> {
  readonly seconds?: number;
  readonly task?: Partial<MonitoredTask>;
  readonly check?: (seconds: number, ...args: Parameters<TaskCheckFunction>) => unknown;
  readonly act?: (seconds: number, ...args: Parameters<TaskActionFunction>) => unknown;
  readonly clock?: ReturnType<typeof simulatedClock>;
}

/** Runs a monitor with one task in simulated time; 100 seconds of it unless told otherwise. */
export async function runMonitor({
  seconds = 100,
  task = {},
  check = () => true,
  act = () => "done",
  clock = simulatedClock(),
  ...options
}: MonitorRunOptions): Promise<MonitorRun> {
  using folder = testFolder();
  const logFile = join(folder.path, "monitor.log");
  const checks: number[] = [];
  const actions: number[] = [];
  const events: WatchEvent[] = [];
  const startMs = clock.elapsedMs();
  const noted = (into: number[]): number => {
    const at = (clock.elapsedMs() - startMs) / 1_000;
    into.push(at);
    return at;
  };
  const monitor = new HealthMonitor({
    monitoredTasks: [{ ...TASK, ...task }],
    checkFunctions: {
      check: (...args) => check(noted(checks), ...args) as never,
      fine: () => true,
    },
    actionFunctions: { act: (...args) => act(noted(actions), ...args) },
    baseLoggerName: "MyPlugin",
    logFile,
    logLevel: "DEBUG",
    onEvent: (event) => events.push(event),
    clock,
    ...options,
  });
  const ending = new AbortController();
  clock.after(seconds * 1_000, () => {
    ending.abort();
  });
  {
    using terminal = quietTerminal();
    await monitor.run({ signal: ending.signal });
    if (terminal.written() === 0) throw new Error("nothing was said");
  }
  return { checks, actions, events, log: readFileSync(logFile, "utf8") };
}

/** Keeps what a monitor writes from the terminal, and counts it. */
export function quietTerminal(): Disposable & { readonly written: () => number } {
  const spy = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  return {
    written: () => spy.mock.calls.length,
    [Symbol.dispose]: () => {
      spy.mockRestore();
    },
  };
}
