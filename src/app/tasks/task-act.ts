import { builtInAction } from "./built-in.ts";
import { brief, fewWords, withinLimit, type End, type Running } from "./task-run.ts";

/** No action of a person's own takes longer; built-in ones have limits of their own. */
const LIMIT_ACTION_SECONDS = 600;

/**
 * Carries out the action of a task.
 *
 * @param running - The task, and whether its action still runs.
 * @param options - What ends it early, and what was seen, in one line.
 * @returns What was done, in a few words.
 * @throws Error When it could not be done; that was logged.
 */
export async function act(
  running: Running<unknown>,
  { signal, reason }: { readonly signal: AbortSignal; readonly reason: string },
): Promise<string> {
  const { task, parts, run } = running;
  const { logger } = parts;
  const name = task.actionOnFailure;
  if (run.isUnderWay) {
    logger.warning(`the action ${name} is not started again: it has not ended yet`);
    throw new Error("the action before has not ended: it takes no notice of its signal");
  }
  logger.info(`action ${name} started`);
  const builtIn = builtInAction(parts.action);
  const seconds = builtIn?.timeoutSeconds ?? LIMIT_ACTION_SECONDS;
  const end = await withinLimit(running, { signal, seconds }, async (ends) => {
    if (builtIn === null || task.actionValues === null) {
      return await parts.action(task.actionConfig, logger, { signal: ends });
    }
    return await builtIn.run(task.actionValues, { task, world: parts.world, signal: ends, reason });
  });
  if (end.how === "returned") {
    const detail = typeof end.value === "string" && end.value !== "" ? fewWords(end.value) : "done";
    logger.info(`action ${name} ended: ${detail}`);
    return detail;
  }
  const problem = problemOf(end, seconds);
  if (end.how === "threw" && builtIn === null)
    logger.exception(`action ${name} failed`, end.thrown);
  else logger.error(`action ${name} failed: ${problem}`);
  throw new Error(problem);
}

function problemOf(
  end: Exclude<End<unknown>, { readonly how: "returned" }>,
  seconds: number,
): string {
  if (end.how === "late") return `no end within ${String(seconds)} s`;
  return end.how === "aborted" ? "aborted" : brief(end.thrown);
}
