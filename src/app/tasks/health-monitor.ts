import { memoryStore } from "../../adapters/memory/store.ts";
import { systemClock } from "../../adapters/system/clock.ts";
import type { Subject } from "../../engine/watch/subject.ts";
import type { Task } from "../../model/task.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { Clock } from "../../ports/clock.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { Store } from "../../ports/store.ts";
import { warnOfAutorestart } from "./autorestart-warning.ts";
import { readMonitorOptions, type HealthMonitorOptions } from "./monitor-options.ts";
import { runSubjects } from "./run-tasks.ts";
import { leaseWorld } from "./shared-world.ts";
import { logLine, openLog, type LogLevel, type TaskLog } from "./task-log.ts";
import { describeThrown, getTaskLogger } from "./task-logger.ts";
import { logEvent, logLook } from "./task-report.ts";
import { subjectOf } from "./task-subject.ts";
import type { TaskFunctions } from "./task-types.ts";
import { StopSignals } from "./stop-signals.ts";

/** How a monitor runs. */
export interface MonitorRunOptions {
  /** Ends it; without one, SIGTERM and SIGINT do. */
  readonly signal?: AbortSignal;
}

const DEFAULT_LOGGER = "clockwork";

/**
 * Keeps processes alive, mostly those under supervisord: each task is a check, and an action that runs once when the check has failed
 * often enough.
 *
 * @example
 * ```ts
 * import { DEFAULT_CHECK_FUNCTIONS, HealthMonitor } from "clockwork/monitor";
 *
 * const monitor = new HealthMonitor({
 *   monitoredTasks: [
 *     {
 *       name: "ApiHealth",
 *       processName: "api",
 *       checkIntervalSeconds: 30,
 *       checkType: "http_get",
 *       checkConfig: { url: "http://127.0.0.1:8080/health", timeout: 5 },
 *       actionOnFailure: "restart_supervisor_program",
 *     },
 *   ],
 *   checkFunctions: { ...DEFAULT_CHECK_FUNCTIONS, my_check: async () => true },
 *   baseLoggerName: "MyPlugin",
 *   logLevel: "WARNING",
 * });
 * await monitor.run({ signal: AbortSignal.timeout(1_000) });
 * ```
 */
export class HealthMonitor {
  readonly #options: HealthMonitorOptions;
  readonly #functions: TaskFunctions;
  readonly #log: TaskLog;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #store: Store;
  /** All tasks, in their order; those that are disabled included. */
  readonly tasks: readonly Task[];
  #running: Promise<void> | null = null;

  /**
   * Reads the tasks; nothing runs yet.
   *
   * @param options - What is kept alive, and how.
   * @throws {@link ConfigurationError} With everything that is wrong: each problem names the task and the key, what was got, and what
   *   exists.
   */
  constructor(options: HealthMonitorOptions) {
    const { baseLoggerName = DEFAULT_LOGGER, clock = systemClock } = options;
    this.#options = options;
    this.#name = baseLoggerName;
    this.#clock = clock;
    const { tasks, functions } = readMonitorOptions(options);
    this.tasks = tasks;
    this.#functions = functions;
    this.#store = options.store ?? memoryStore();
    this.#log = openLog(baseLoggerName, {
      level: options.logLevel ?? "INFO",
      file: options.logFile ?? null,
      rotation: options.logRotation ?? {},
      clock,
    });
  }

  /**
   * Runs every task that is not disabled, each on a schedule of its own, until it is told to stop.
   *
   * @param options - What ends it.
   * @returns When nothing of it is under way any more. It never rejects: what goes wrong is logged.
   */
  run({ signal }: MonitorRunOptions = {}): Promise<void> {
    this.#running ??= this.#run(signal).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #run(given: AbortSignal | undefined): Promise<void> {
    using signals = given === undefined ? new StopSignals() : null;
    const signal = given ?? signals?.signal ?? AbortSignal.abort();
    // A monitor without a task that runs has nothing else that would keep its process.
    const stopWaiting = keepAlive();
    const lease = leaseWorld();
    try {
      const enabled = this.tasks.filter((task) => task.enabled);
      this.#say("INFO", startLine(this.tasks.length, enabled.length));
      const warning = this.#warn(enabled);
      await this.#watch(enabled, lease.world, signal);
      await warning;
    } catch (error) {
      this.#say("ERROR", `the monitor ended: ${describeThrown(error)}`);
    } finally {
      stopWaiting();
      await closed(lease);
      this.#say("INFO", "monitor stopped");
    }
  }

  async #watch(tasks: readonly Task[], world: DeployWorld, signal: AbortSignal): Promise<void> {
    const subjects = tasks.map((task) => this.#subject(task, { ...world, clock: this.#clock }));
    try {
      await this.#watchWith(this.#store, subjects, signal);
    } catch (error) {
      if (this.#options.store === undefined || signal.aborted) throw error;
      // What nobody remembers is better watched than not.
      this.#say(
        "ERROR",
        `the store cannot be used, so all is kept in memory: ${describeThrown(error)}`,
      );
      await this.#watchWith(memoryStore(), subjects, signal);
    }
  }

  async #watchWith(store: Store, subjects: readonly Subject[], signal: AbortSignal): Promise<void> {
    const byName = new Map(this.tasks.map((task) => [task.name, task]));
    const options = {
      project: this.#name,
      store,
      clock: this.#clock,
      onEvent: (event: WatchEvent): void => {
        this.#heard(event);
      },
      onLook: (...[state, look]: Parameters<Parameters<typeof runSubjects>[1]["onLook"]>): void => {
        const task = byName.get(state.resource);
        if (task !== undefined)
          logLook(task, { look, state }, getTaskLogger(this.#name, task.name));
      },
      onStoreFailure: (error: unknown): void => {
        this.#say("ERROR", `the state cannot be written: ${describeThrown(error)}`);
      },
    };
    await runSubjects(subjects, options, signal);
  }

  #subject(task: Task, world: DeployWorld): Subject {
    const check = this.#functions.checks.get(task.checkType);
    const action = this.#functions.actions.get(task.actionOnFailure);
    if (check === undefined || action === undefined) throw new Error("a task was not read");
    return subjectOf(task, { check, action, world, logger: getTaskLogger(this.#name, task.name) });
  }

  #heard(event: WatchEvent): void {
    if (event.resource !== null) logEvent(event, getTaskLogger(this.#name, event.resource));
    try {
      this.#options.onEvent?.(event);
    } catch (error) {
      this.#say("ERROR", `onEvent threw: ${describeThrown(error)}`);
    }
  }

  async #warn(tasks: readonly Task[]): Promise<void> {
    await warnOfAutorestart(tasks, {
      env: process.env,
      folder: process.cwd(),
      actions: this.#functions.actions,
      onWarning: (task, message) => {
        getTaskLogger(this.#name, task.name).warning(message);
      },
    }).catch((error: unknown) => {
      this.#say("WARNING", `supervisord's configuration was not read: ${describeThrown(error)}`);
    });
  }

  #say(level: LogLevel, message: string): void {
    this.#log.write(level, `${logLine(this.#name)} - `, message);
  }
}

// What could not be closed in order is closed with the process.
async function closed(lease: AsyncDisposable): Promise<void> {
  try {
    await lease[Symbol.asyncDispose]();
  } catch {
    return;
  }
}

function startLine(all: number, enabled: number): string {
  const disabled = all - enabled;
  const rest = disabled === 0 ? "" : `, ${String(disabled)} disabled`;
  return `monitor started: ${String(enabled)} ${enabled === 1 ? "task" : "tasks"}${rest}`;
}

function keepAlive(): () => void {
  const timer = setInterval(() => undefined, LONG_MS);
  return () => {
    clearInterval(timer);
  };
}

const LONG_MS = 2 ** 30;
