import type { Clock } from "../../ports/clock.ts";

/** How something that runs behaves: `hanging` takes connections and answers nothing, `failing` answers that it cannot. */
export type Manner = "normal" | "hanging" | "slow" | "failing";

/** How long what is slow takes for an answer, in milliseconds. */
export const SLOW_MS = 3_000;

/**
 * Waits for ever, as for an answer of something that hangs.
 *
 * @param clock - The time, which goes on.
 * @param signal - Ends the wait.
 * @returns Never; it rejects with the signal's reason.
 */
export async function neverAnswered(clock: Clock, signal: AbortSignal): Promise<never> {
  for (;;) await clock.sleep(HOUR_MS, signal);
}

const HOUR_MS = 3_600_000;
