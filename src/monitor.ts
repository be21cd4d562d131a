/**
 * Keeping processes alive from a program of your own, mostly those under supervisord: tasks, their checks and actions.
 *
 * @module
 */
export {
  DEFAULT_ACTION_FUNCTIONS,
  restartSupervisorProgramAction,
  type BuiltInActionFunction,
  type DefaultAction,
} from "./app/tasks/action-functions.ts";
export type {
  CheckAnswer,
  TaskActionFunction,
  TaskCheckFunction,
  TaskContext,
  TaskFinding,
} from "./app/tasks/built-in.ts";
export {
  commandCheck,
  DEFAULT_CHECK_FUNCTIONS,
  httpGetCheck,
  type BuiltInCheckFunction,
  type DefaultCheck,
} from "./app/tasks/check-functions.ts";
export { HealthMonitor, type MonitorRunOptions } from "./app/tasks/health-monitor.ts";
export type { HealthMonitorOptions } from "./app/tasks/monitor-options.ts";
export type { LogLevel } from "./app/tasks/task-log.ts";
export { getTaskLogger, TaskLogger } from "./app/tasks/task-logger.ts";
export { ConfigurationError, type Diagnostic } from "./model/diagnostic.ts";
export type { MonitoredTask, Task } from "./model/task.ts";
export type { Verdict } from "./model/verdict.ts";
export type { WatchEvent } from "./model/watch-event.ts";
