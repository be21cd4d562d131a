import { stat } from "node:fs/promises";
import {
  DEFAULT_ACTION_FUNCTIONS,
  DEFAULT_CHECK_FUNCTIONS,
  HealthMonitor,
  type MonitoredTask,
  type TaskCheckFunction,
} from "clockwork/monitor";

// Each of these may be set in the environment, where the defaults are taken.
const { API_PORT = "8001", INTERVAL_SECONDS = "10" } = process.env;
const checkIntervalSeconds = Number(INTERVAL_SECONDS);

const monitoredTasks: MonitoredTask[] = [
  {
    name: "ApiHealth",
    processName: "api",
    checkIntervalSeconds,
    checkType: "http_get",
    checkConfig: { url: `http://127.0.0.1:${API_PORT}/health`, timeout: 2 },
    actionOnFailure: "restart_supervisor_program",
    consecutiveFailuresThreshold: 2,
  },
  {
    name: "MailerRunning",
    processName: "workers:mailer",
    checkIntervalSeconds,
    checkType: "supervisor_program",
    checkConfig: {},
    actionOnFailure: "start_supervisor_program",
  },
  {
    name: "CleanerWorking",
    processName: "workers:cleaner",
    checkIntervalSeconds,
    checkType: "file_is_fresh",
    checkConfig: { path: "cleaner.alive", seconds: 30 },
    actionOnFailure: "restart_supervisor_program",
    repeatActionEverySeconds: 300,
  },
];

// A check of our own: whoever works has written to its file lately.
const fileIsFresh: TaskCheckFunction = async (config, logger) => {
  const { mtimeMs } = await stat(String(config["path"]));
  const seconds = (Date.now() - mtimeMs) / 1_000;
  logger.debug(`written ${seconds.toFixed(1)} s ago`);
  return seconds < Number(config["seconds"]);
};

const monitor = new HealthMonitor({
  monitoredTasks,
  checkFunctions: { ...DEFAULT_CHECK_FUNCTIONS, file_is_fresh: fileIsFresh },
  actionFunctions: DEFAULT_ACTION_FUNCTIONS,
  baseLoggerName: "Example",
  logFile: "monitor.log",
});

// Until supervisord stops it, with SIGTERM.
await monitor.run();
