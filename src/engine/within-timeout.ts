import type { Clock } from "../ports/clock.ts";
import type { Cancellation } from "./cancellation.ts";

/** When a task is given up, and what is said then. */
export interface TimeLimit {
  readonly clock: Clock;
  readonly cancellation: Cancellation;
  readonly timeoutMs: number;
  readonly timeoutError: () => Error;
}

/**
 * Runs a task under a deadline, and rejects then even if the task takes no notice.
 *
 * @param limit - How long it may take, and what ends it earlier.
 * @param task - Gets the signal that tells it to stop.
 * @returns What the task returns.
 * @throws The timeout error, the reason of the cancellation, or whatever the task throws.
 */
export function withinTimeout<T>(
  { clock, cancellation, timeoutMs, timeoutError }: TimeLimit,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const controller = new AbortController();
    const stop = (reason: Error): void => {
      settle();
      reject(reason);
      controller.abort(reason);
    };
    let stopTimer = clock.after(timeoutMs, () => {
      // When our own event loop was busy, the answer may be here and unread: it is heard first.
      stopTimer = clock.after(0, () => {
        stop(timeoutError());
      });
    });
    const stopListening = cancellation.onCancel(stop);
    const settle = (): void => {
      stopTimer();
      stopListening();
    };
    const failed = (error: unknown): void => {
      settle();
      reject(error instanceof Error ? error : new Error("unknown failure", { cause: error }));
    };
    try {
      task(controller.signal).then((value) => {
        settle();
        resolve(value);
      }, failed);
    } catch (error) {
      failed(error);
    }
  });
}
