import { sleepVia } from "../model/sleep.ts";
import type { Clock } from "../ports/clock.ts";
import type { Life } from "./mortal.ts";

/**
 * Gives a clock to a life that may end: no timer of it goes off afterwards.
 *
 * @param clock - The clock.
 * @param life - The life.
 * @returns The clock as that life sees it.
 */
export function mortalClock(clock: Clock, life: Life): Clock {
  const after: Clock["after"] = (delayMs, callback) => {
    if (life.isOver) return nothing;
    return clock.after(delayMs, () => {
      if (life.cross()) callback();
    });
  };
  return {
    now: clock.now,
    elapsedMs: clock.elapsedMs,
    after,
    sleep: (delayMs, signal) => sleepVia(after, delayMs, signal),
  };
}

function nothing(): void {
  // There is no timer to be stopped.
}
