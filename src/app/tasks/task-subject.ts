import type { Subject } from "../../engine/watch/subject.ts";
import { canonicalJson } from "../../model/json.ts";
import type { Task } from "../../model/task.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";
import { sha256 } from "../project/sha256.ts";
import type { CheckAnswer } from "./built-in.ts";
import { SingleRun } from "./single-run.ts";
import { act } from "./task-act.ts";
import { look } from "./task-look.ts";
import type { TaskParts } from "./task-run.ts";

/**
 * Makes of a task what can be watched.
 *
 * @param task - The task.
 * @param parts - Its functions, and the world.
 * @returns The subject.
 */
export function subjectOf(task: Task, parts: TaskParts): Subject {
  const check = new SingleRun<CheckAnswer>();
  const action = new SingleRun<unknown>();
  return {
    name: task.name,
    policy: policyOf(task),
    dependsOn: [],
    specHash: hashOf(task),
    destroyAt: null,
    startedAt: null,
    look: (signal) => look({ task, parts, run: check }, signal),
    act: (_action, options) => act({ task, parts, run: action }, options),
    expire: null,
  };
}

function policyOf(task: Task): WatchPolicy {
  const intervalMs = task.checkIntervalSeconds * 1_000;
  return {
    intervalMs,
    retryIntervalMs: intervalMs,
    failureThreshold: task.consecutiveFailuresThreshold,
    recoveryThreshold: task.recoverAfterSuccessesThreshold,
    window: null,
    startupGraceMs: 0,
    settleMs: 0,
    isReconciled: true,
    onDrift: "alert",
    ladder: [{ action: task.actionOnFailure, parameters: {}, attempts: 1 }],
    revertUntil: null,
    alertOn: ["failure"],
    repairMode: "once",
    repeatActionMs:
      task.repeatActionEverySeconds === null ? null : task.repeatActionEverySeconds * 1_000,
  };
}

// What a person's own function is given may hold anything.
function hashOf({ name, processName, checkType, checkConfig }: Task): string {
  try {
    return sha256(canonicalJson({ name, processName, checkType, checkConfig }));
  } catch {
    return sha256(canonicalJson({ name, processName, checkType }));
  }
}
