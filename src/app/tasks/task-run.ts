import { Cancellation } from "../../engine/cancellation.ts";
import { withinTimeout } from "../../engine/within-timeout.ts";
import type { Task } from "../../model/task.ts";
import { singleLine } from "../../model/text.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { TaskActionFunction, TaskCheckFunction } from "./built-in.ts";
import type { SingleRun } from "./single-run.ts";
import type { TaskLogger } from "./task-logger.ts";

/** What a task is made of. */
export interface TaskParts {
  readonly check: TaskCheckFunction;
  readonly action: TaskActionFunction;
  readonly logger: TaskLogger;
  readonly world: DeployWorld;
}

/** A function of a task that is carried out again and again. */
export interface Running<T> {
  readonly task: Task;
  readonly parts: TaskParts;
  readonly run: SingleRun<T>;
}

/** How a function of a task ended. */
export type End<T> =
  | { readonly how: "returned"; readonly value: T }
  | { readonly how: "threw"; readonly thrown: unknown }
  | { readonly how: "late" }
  | { readonly how: "aborted" };

const LIMIT_WORDS_CHARACTERS = 1_000;

class TimedOut extends Error {}

/**
 * Carries out a function of a task, and waits no longer than it may take.
 *
 * @param running - The world, and whether the function runs already.
 * @param limits - What ends it early, and how long it may take.
 * @param task - The function; it may go on after its time is over, which the run knows.
 * @returns How it ended.
 */
export async function withinLimit<T>(
  { parts, run }: Pick<Running<T>, "parts" | "run">,
  { signal, seconds }: { readonly signal: AbortSignal; readonly seconds: number },
  task: (signal: AbortSignal) => Promise<T>,
): Promise<End<T>> {
  if (signal.aborted) return { how: "aborted" };
  using cancellation = new Cancellation(signal);
  const limit = {
    clock: parts.world.clock,
    cancellation,
    timeoutMs: seconds * 1_000,
    timeoutError: () => new TimedOut(),
  };
  const call = async (ends: AbortSignal): Promise<End<T>> => {
    try {
      return { how: "returned", value: await run.start(() => task(ends)) };
    } catch (thrown) {
      return { how: "threw", thrown };
    }
  };
  try {
    return await withinTimeout(limit, call);
  } catch (error) {
    return { how: error instanceof TimedOut ? "late" : "aborted" };
  }
}

/**
 * Writes what was thrown in a few words.
 *
 * @param thrown - Anything.
 * @returns One line.
 */
export function brief(thrown: unknown): string {
  try {
    return fewWords(
      thrown instanceof Error ? `${thrown.message}${hintOf(thrown)}` : String(thrown),
    );
  } catch {
    return "something that cannot be shown";
  }
}

function hintOf(error: Error): string {
  return "hint" in error && typeof error.hint === "string" ? `; ${error.hint}` : "";
}

/**
 * Makes of a text what stands in a report.
 *
 * @param words - Anything, of any length.
 * @returns One line.
 */
export function fewWords(words: string): string {
  return singleLine(words.slice(0, LIMIT_WORDS_CHARACTERS));
}
