import { abortReason } from "../../model/abort.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import type { Clock } from "../../ports/clock.ts";

/** How long something may take. */
export interface Limit {
  readonly clock: Pick<Clock, "after">;
  /** Ends it early. */
  readonly signal: AbortSignal;
  readonly seconds: number;
  /** What takes too long then: `restarting web`. */
  readonly doing: string;
}

/**
 * Does something within a time of its own. When that is over it is told to end, and not waited for.
 *
 * @param limit - How long it may take.
 * @param task - Gets the signal that tells it to end.
 * @returns What the task returns.
 * @throws {@link DeployError} When it took too long; whatever the task throws, or the reason of the signal.
 */
export function withinLimit<T>(
  { clock, signal, seconds, doing }: Limit,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal.aborted) {
      reject(abortReason(signal));
      return;
    }
    const controller = new AbortController();
    const settle = (): void => {
      stopTimer();
      signal.removeEventListener("abort", onAbort);
    };
    const end = (reason: Error): void => {
      settle();
      reject(reason);
      controller.abort(reason);
    };
    const onAbort = (): void => {
      end(abortReason(signal));
    };
    const stopTimer = clock.after(seconds * 1_000, () => {
      end(new DeployError(`${doing} took longer than ${String(seconds)} s`));
    });
    signal.addEventListener("abort", onAbort, { once: true });
    task(controller.signal).then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        reject(error instanceof Error ? error : new Error("unknown failure", { cause: error }));
      },
    );
  });
}
