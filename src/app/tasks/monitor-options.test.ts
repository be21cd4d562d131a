import { expect, it } from "vitest";
import { HealthMonitor } from "./health-monitor.ts";
import type { HealthMonitorOptions } from "./monitor-options.ts";

const TASK = {
  name: "ApiHealth",
  processName: "api",
  checkType: "check",
  checkConfig: {},
  actionOnFailure: "act",
};

it("HealthMonitor tells everything that is wrong at once, also with a disabled task", () => {
  const wrong = {
    checkFunctions: { check: () => true, broken: 7 },
    actionFunctions: { act: () => "" },
    logLevel: "LOUD",
    logFile: "/nowhere/at/all.log",
    monitoredTasks: [
      { ...TASK, enabled: false, checkType: "chekc" },
      { ...TASK, name: "Second", checkIntervalSeconds: 0, checkConfig: undefined },
      { ...TASK, actionOnFailure: "restart" },
    ],
  } as unknown as HealthMonitorOptions;
  let message = "";
  try {
    new HealthMonitor(wrong);
  } catch (error) {
    message = String(error);
  }
  for (const part of [
    'logLevel: must be one of DEBUG, INFO, WARNING, ERROR: got "LOUD"',
    "logFile: must be in a folder that exists and may be written to: got /nowhere/at",
    "checkFunctions.broken: must be a function: got 7",
    'ApiHealth.checkType: must name a check that exists: got "chekc"',
    "did you mean check? there are check, broken",
    "Second.checkIntervalSeconds: must be a number above 0: got 0",
    "Second.checkConfig: is needed: an object, {} for none",
    'ApiHealth.actionOnFailure: must name an action that exists: got "restart"',
    "there are act",
    "ApiHealth.name: must be unique: entry 1 of the list has it, too",
  ]) {
    expect(message).toContain(part);
  }
  expect(() => new HealthMonitor({ monitoredTasks: {} as never })).toThrow(
    "monitoredTasks: must be a list of tasks: got an object",
  );
});
