import type { JsonObject } from "./json.ts";
import type { OptionProblem } from "./options.ts";
import type { KeyStyle } from "./task-options.ts";

/** What a person writes of one thing that is to be kept alive. Keys in snake case are taken as well. */
export interface MonitoredTask {
  /** Unique among the tasks. */
  readonly name: string;
  /** False for one that is only validated, never run; true by default. */
  readonly enabled?: boolean | undefined;
  /** What it is about: the program under supervisord that its actions restart. */
  readonly processName: string;
  /** From one check to the next, in seconds: any number above 0; 60 by default. */
  readonly checkIntervalSeconds?: number | undefined;
  /** The name of a check function. */
  readonly checkType: string;
  /** What the check function is given. */
  readonly checkConfig: object;
  /** The name of an action function. */
  readonly actionOnFailure: string;
  /** What the action function is given; nothing by default. */
  readonly actionConfig?: object | undefined;
  /** So many failures in a row make it unhealthy; 3 by default. */
  readonly consecutiveFailuresThreshold?: number | undefined;
  /** So many successes in a row make it healthy again; 1 by default. */
  readonly recoverAfterSuccessesThreshold?: number | undefined;
  /** A check that does not end in so many seconds has failed; 30 by default. */
  readonly checkTimeoutSeconds?: number | undefined;
  /** The action runs again after so many seconds while it stays unhealthy; never by default. */
  readonly repeatActionEverySeconds?: number | null | undefined;
}

/** A task that was read: defaults filled in, nothing wrong with it. */
export interface Task {
  readonly name: string;
  readonly enabled: boolean;
  readonly processName: string;
  readonly checkIntervalSeconds: number;
  readonly checkType: string;
  /** As it was written, the very same object: what a custom check gets. */
  readonly checkConfig: Readonly<Record<string, unknown>>;
  /** As a built-in check reads it; null for a custom one. */
  readonly checkValues: JsonObject | null;
  readonly actionOnFailure: string;
  readonly actionConfig: Readonly<Record<string, unknown>>;
  readonly actionValues: JsonObject | null;
  readonly consecutiveFailuresThreshold: number;
  readonly recoverAfterSuccessesThreshold: number;
  readonly checkTimeoutSeconds: number;
  readonly repeatActionEverySeconds: number | null;
}

/** What a built-in function may draw on besides its configuration. */
export type TaskIdentity = Pick<Task, "name" | "processName">;

/** A configuration that was read, or everything that is wrong with it. */
export type TaskConfig =
  | { readonly values: JsonObject; readonly problems: readonly [] }
  | { readonly values: null; readonly problems: readonly OptionProblem[] };

/** Reads the configuration of a built-in function. */
export type ReadTaskConfig = (
  config: Readonly<Record<string, unknown>>,
  task: TaskIdentity,
  style: KeyStyle,
) => TaskConfig;

/** The functions that tasks may name: null for a custom one, whose configuration is nobody else's concern. */
export interface TaskTypes {
  readonly checks: ReadonlyMap<string, ReadTaskConfig | null>;
  readonly actions: ReadonlyMap<string, ReadTaskConfig | null>;
}

/** Something that is wrong with a task. */
export interface TaskProblem extends OptionProblem {
  /** The place of the task in the list. */
  readonly index: number;
  /** Keys as they were written, from the task down to what is wrong, as far as they are there. */
  readonly keys: readonly string[];
}
