import { Worker, type WorkerOptions } from "./child.ts";
import type { WatchedGroup, WatchJob, WatchOutcome } from "./workers/watch.ts";

/** As long as services of a file are waited for unless it says otherwise, in seconds. */
const TIMEOUT_SECONDS = 5;

/**
 * Watches in a fresh process, and measures.
 *
 * @param job - What to watch.
 * @param options - Of the process.
 * @returns What was measured.
 * @throws When what is measured was not well, or a result was lost.
 */
export async function watchAfresh(job: WatchJob, options?: WorkerOptions): Promise<WatchOutcome> {
  await using worker = new Worker<WatchJob, WatchOutcome>("workers/watch.ts", options);
  const outcome = await worker.run(job);
  if (outcome.problem !== null) throw new Error(outcome.problem);
  if (outcome.lost > 0) throw new Error(`${String(outcome.lost)} results were lost`);
  return outcome;
}

/**
 * Services that are watched, and measured.
 *
 * @param count - How many.
 * @param intervalSeconds - From one check to the next.
 * @param changes - What else is different.
 * @returns The group.
 */
export function services(
  count: number,
  intervalSeconds: number,
  changes: Partial<WatchedGroup> = {},
): WatchedGroup {
  const urls = ["http://service.test/"];
  const timeoutSeconds = TIMEOUT_SECONDS;
  return { urls, count, intervalSeconds, timeoutSeconds, isMeasured: true, ...changes };
}
