/**
 * What the types of `clockwork/monitor` let through. `tsc --noEmit` checks this file, and nothing runs it: an error that is
 * expected and does not come is one itself.
 */
import {
  DEFAULT_ACTION_FUNCTIONS,
  DEFAULT_CHECK_FUNCTIONS,
  getTaskLogger,
  HealthMonitor,
  httpGetCheck,
  type DefaultCheck,
  type MonitoredTask,
  type TaskLogger,
} from "../../src/monitor.ts";

const task: MonitoredTask = {
  name: "ApiHealth",
  processName: "api",
  checkType: "http_get",
  checkConfig: { url: "http://localhost:8001/health", timeout: 5, expectedStatusCode: 200 },
  actionOnFailure: "restart_supervisor_program",
};

// As people write it.
const monitor = new HealthMonitor({
  monitoredTasks: [{ ...task, enabled: true, actionConfig: {}, repeatActionEverySeconds: 60 }],
  checkFunctions: {
    ...DEFAULT_CHECK_FUNCTIONS,
    my_check: async (config, logger) => {
      logger.info(String(config["url"]));
      return true;
    },
    sync: () => false,
    verdict: (_config, _logger, { signal }) => (signal.aborted ? "error" : "pass"),
    telling: () => ({ verdict: "fail", expected: "7", actual: "8" }),
    reused: (config, logger, context) => httpGetCheck(config, logger, context),
  },
  actionFunctions: {
    ...DEFAULT_ACTION_FUNCTIONS,
    nothing: () => undefined,
    later: async () => "ok",
  },
  baseLoggerName: "MyPlugin",
  logFile: "monitor.log",
  logLevel: "DEBUG",
});
void (monitor.run() satisfies Promise<void>);
void (monitor.run({ signal: AbortSignal.abort() }) satisfies Promise<void>);
getTaskLogger("MyPlugin", "ApiHealth") satisfies TaskLogger;
DEFAULT_CHECK_FUNCTIONS.port_accessible satisfies (config: { port: number }) => Promise<unknown>;

// What is missing or wrong.
// @ts-expect-error tasks are needed
new HealthMonitor({});
// @ts-expect-error a task needs a name
({ ...task, name: undefined }) satisfies MonitoredTask;
// @ts-expect-error seconds are a number
({ ...task, checkIntervalSeconds: "30s" }) satisfies MonitoredTask;
// @ts-expect-error there is no such key
({ ...task, interval: 3 }) satisfies MonitoredTask;
// @ts-expect-error there is no such verdict
new HealthMonitor({ monitoredTasks: [], checkFunctions: { bad: () => "passed" } });
// @ts-expect-error there is no such check
"port_open" satisfies DefaultCheck;
