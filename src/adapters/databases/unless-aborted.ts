import { abortReason } from "../../model/abort.ts";

/**
 * Waits for work that cannot be stopped, until nobody wants it any more.
 *
 * @param work - What is under way.
 * @param signal - Gives up; the work goes on unheard.
 * @returns What the work came to.
 * @throws What the work throws, or the signal's reason.
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(abortReason(signal));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", onAbort);
    });
  });
}
