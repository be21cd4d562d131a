import { systemClock } from "../adapters/system/clock.ts";
import { validateRetryPolicy, withRetry, type RetryPolicy } from "../engine/retry.ts";
import type { Clock } from "../ports/clock.ts";

/** How often to try, how long to wait in between, and by whose clock. */
export interface RetryOptions extends RetryPolicy {
  /** What the wait goes by; the system's clock by default. */
  readonly clock?: Clock;
  /** Ends the wait between two attempts: the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Wraps an async function; its types, its return value and its `this` are kept. */
export type RetryWrapper = <This, Args extends unknown[], Result>(
  run: (this: This, ...args: Args) => Promise<Result>,
  context?: ClassMethodDecoratorContext<This, (this: This, ...args: Args) => Promise<Result>>,
) => (this: This, ...args: Args) => Promise<Result>;

/**
 * Makes an async function try again when a check gave no answer.
 *
 * Only a {@link HealthCheckError} is tried again: any other error is a bug and goes straight to the caller. The wait
 * between two attempts blocks nothing. What it returns serves as a wrapper, and in compiled code as a standard decorator
 * of an async method.
 *
 * @param options - `maxAttempts` in all, 1 or more; `delay` between two of them, in seconds, 0 or more.
 * @returns The wrapper. The function it gives back rejects with the error of the last attempt.
 * @throws {@link RangeError} When `maxAttempts` is not a positive integer, or `delay` is negative or not finite.
 * @example
 * ```ts
 * import { checkService, retry } from "clockwork";
 *
 * const check = retry({ maxAttempts: 3, delay: 0.5 })(checkService);
 * console.log(await check({ name: "api", url: "http://127.0.0.1:8080/health" }));
 * ```
 */
export function retry(options: RetryOptions): RetryWrapper {
  validateRetryPolicy(options);
  const { clock = systemClock, signal } = options;
  return (run) =>
    function (...args) {
      return withRetry(
        () => run.apply(this, args),
        options,
        (delayMs) => clock.sleep(delayMs, signal),
      );
    };
}
