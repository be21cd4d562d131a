import type { ReadTaskConfig, TaskTypes } from "../../model/task.ts";
import {
  builtInAction,
  builtInCheck,
  type TaskActionFunction,
  type TaskCheckFunction,
} from "./built-in.ts";

/** The functions that tasks may name. */
export interface TaskFunctions {
  readonly checks: ReadonlyMap<string, TaskCheckFunction>;
  readonly actions: ReadonlyMap<string, TaskActionFunction>;
}

/**
 * Tells how the configuration of each function is read.
 *
 * @param functions - The functions that tasks may name.
 * @returns What reading tasks needs of them.
 */
export function typesOf({ checks, actions }: TaskFunctions): TaskTypes {
  return {
    checks: mapped(checks, (check) => builtInCheck(check)?.read ?? null),
    actions: mapped(actions, (action) => builtInAction(action)?.read ?? null),
  };
}

function mapped<T>(
  functions: ReadonlyMap<string, T>,
  readOf: (from: T) => ReadTaskConfig | null,
): ReadonlyMap<string, ReadTaskConfig | null> {
  return new Map([...functions].map(([name, from]) => [name, readOf(from)]));
}
