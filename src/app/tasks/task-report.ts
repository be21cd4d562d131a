import type { Task } from "../../model/task.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { Look, WatchState } from "../../model/watch-state.ts";
import type { TaskLogger } from "./task-logger.ts";

/**
 * Logs what a look at a task came to: failures while it is not known yet whether it is broken, everything else only for those who
 * look for a mistake.
 *
 * @param task - The task.
 * @param seen - What was seen, and what is believed since.
 * @param seen.look - What was seen.
 * @param seen.state - What is believed.
 * @param logger - Where it goes.
 */
export function logLook(
  task: Task,
  { look, state }: { readonly look: Look; readonly state: WatchState },
  logger: TaskLogger,
): void {
  const seen = describe(look);
  if (look.verdict === "pass" && !look.isDegraded) logger.debug(`check passed`);
  else if (look.verdict === "pass") logger.warning(`check warns: ${seen}`);
  else if (look.verdict === "error") logger.warning(`check could not look: ${seen}`);
  else if (look.verdict === "fail") {
    const count = `${String(state.failures)} of ${String(task.consecutiveFailuresThreshold)}`;
    if (state.health === "unhealthy") logger.debug(`check failed: ${seen}`);
    else logger.warning(`check failed (${count}): ${seen}`);
  }
}

/**
 * Logs what happened to a task. What its action did is logged where it is done.
 *
 * @param event - What happened.
 * @param logger - Where it goes.
 */
export function logEvent(event: WatchEvent, logger: TaskLogger): void {
  const { type, text, data } = event;
  if (type !== "health_changed") {
    logger.debug(`${type}: ${text}`);
    return;
  }
  const { from, to } = data;
  if (to === "unhealthy") logger.error(`marked unhealthy: ${text}`);
  else if (from === "unhealthy" && to !== "unknown") logger.info(`recovered: ${text}`);
  else if (to === "unknown") logger.warning(`cannot be looked at: ${text}`);
  else logger.info(text);
}

function describe({ findings }: Look): string {
  const [first] = findings;
  if (first === undefined) return "nothing is known";
  return first.expected === "pass"
    ? first.actual
    : `expected ${first.expected}, got ${first.actual}`;
}
