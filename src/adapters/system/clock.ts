import { sleepVia } from "../../model/sleep.ts";
import type { Clock } from "../../ports/clock.ts";

/** The longest delay that a Node timer keeps; a longer one fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsedMs: () => performance.now(),
  after,
  sleep: (delayMs, signal) => sleepVia(after, delayMs, signal),
};

function after(delayMs: number, callback: () => void): () => void {
  if (delayMs <= LONGEST_TIMER_MS) {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  }
  let cancel = after(LONGEST_TIMER_MS, () => {
    cancel = after(delayMs - LONGEST_TIMER_MS, callback);
  });
  return () => {
    cancel();
  };
}
