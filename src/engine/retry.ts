import { HealthCheckError } from "../model/errors.ts";

/** When to try again. */
export interface RetryPolicy {
  /** How many attempts there are in all, 1 or more. */
  readonly maxAttempts: number;
  /** How long to wait between two attempts, in seconds, 0 or more. */
  readonly delay: number;
}

/**
 * Refuses a policy that makes no sense.
 *
 * @param policy - What was asked for.
 * @throws {@link RangeError} When `maxAttempts` is not a positive integer, or `delay` is negative or not finite.
 */
export function validateRetryPolicy({ maxAttempts, delay }: RetryPolicy): void {
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1) {
    throw new RangeError(`maxAttempts must be an integer of 1 or more: got ${String(maxAttempts)}`);
  }
  if (!Number.isFinite(delay) || delay < 0) {
    throw new RangeError(`delay must be 0 or more seconds: got ${String(delay)}`);
  }
}

/**
 * Calls a function until it succeeds or the attempts are used up.
 *
 * Only a {@link HealthCheckError} is tried again; anything else is a bug and goes straight to the caller.
 *
 * @param run - Gets the number of the attempt, counted from 1.
 * @param policy - How often and how long apart.
 * @param pause - Waits for so many milliseconds; may reject to end it all.
 * @returns What the first attempt that succeeds returns.
 * @throws The error of the last attempt, the first error that is not a failed check, or what `pause` rejects with.
 */
export async function withRetry<T>(
  run: (attempt: number) => Promise<T>,
  policy: RetryPolicy,
  pause: (delayMs: number) => Promise<void>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run(attempt);
    } catch (error) {
      if (!(error instanceof HealthCheckError) || attempt >= policy.maxAttempts) throw error;
      await pause(policy.delay * 1_000);
    }
  }
}
