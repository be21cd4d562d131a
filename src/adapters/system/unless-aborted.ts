import { abortReason } from "../../model/abort.ts";

/**
 * Waits for a piece of work, but no longer than until a signal: what the system does (a look at a file server that does not
 * answer) often cannot be stopped.
 *
 * @param signal - Ends the wait.
 * @param work - Is not started when the signal has been given already; when left behind, its end is ignored.
 * @returns What the work comes to.
 * @throws What the work throws, or the signal's reason.
 */
export function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (signal.aborted) return Promise.reject(abortReason(signal));
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(abortReason(signal));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    void work()
      .then(resolve, reject)
      .finally(() => {
        signal.removeEventListener("abort", onAbort);
      });
  });
}
