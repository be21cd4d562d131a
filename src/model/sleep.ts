import { abortReason } from "./abort.ts";

/**
 * Waits by means of a timer.
 *
 * @param after - Starts a timer, and returns what stops it.
 * @param delayMs - Milliseconds, 0 or more.
 * @param signal - Ends the wait early.
 * @returns When the time has passed.
 * @throws The signal's reason.
 */
export function sleepVia(
  after: (delayMs: number, callback: () => void) => () => void,
  delayMs: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(abortReason(signal));
      return;
    }
    const cancel = after(delayMs, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    function onAbort(this: AbortSignal): void {
      cancel();
      reject(abortReason(this));
    }
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
