import type { JsonObject } from "../../model/json.ts";
import type { Task } from "../../model/task.ts";
import { DEFAULT_ACTION_FUNCTIONS } from "./action-functions.ts";
import type { TaskActionFunction } from "./built-in.ts";

/** Where supervisord's configuration is looked for, and who hears of it. */
export interface AutorestartOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly actions: ReadonlyMap<string, TaskActionFunction>;
  readonly onWarning: (task: Task, message: string) => void;
}

/** These start what has ended, as supervisord does when it is told to. */
const STARTING: ReadonlySet<TaskActionFunction> = new Set<TaskActionFunction>([
  DEFAULT_ACTION_FUNCTIONS.restart_supervisor_program,
  DEFAULT_ACTION_FUNCTIONS.start_supervisor_program,
]);

/**
 * Warns of programs that supervisord restarts by itself though a task does so, too: then two masters work on one program, and
 * one that supervisord keeps restarting is never seen to be down.
 *
 * @param tasks - The tasks that run.
 * @param options - Where to look, and who is told.
 */
export async function warnOfAutorestart(
  tasks: readonly Task[],
  { env, folder, actions, onWarning }: AutorestartOptions,
): Promise<void> {
  for (const task of tasks) {
    const action = actions.get(task.actionOnFailure);
    if (action === undefined || !STARTING.has(action) || task.actionValues === null) continue;
    for (const program of await restarted(task.actionValues, { env, folder })) {
      onWarning(task, program);
    }
  }
}

async function restarted(
  { supervisorProgramName, serverUrl }: JsonObject,
  search: Pick<AutorestartOptions, "env" | "folder">,
): Promise<readonly string[]> {
  if (typeof supervisorProgramName !== "string") return [];
  const { autorestartsOf } = await import("../../adapters/supervisor/autorestart.ts");
  const address = { serverUrl: typeof serverUrl === "string" ? serverUrl : null };
  try {
    const found = await autorestartsOf(address, [supervisorProgramName], search);
    return found.flatMap(({ program, autorestart, isGiven }) => {
      if (autorestart === "false") return [];
      const how = `autorestart=${autorestart}${isGiven ? "" : ", as it is by default"}`;
      return `supervisord restarts ${program} by itself, too (${how}); set autorestart=false in [program:${program}], so that one of us does`;
    });
  } catch {
    // The action will tell that its configuration cannot be read.
    return [];
  }
}
