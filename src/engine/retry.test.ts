import { expect, it, vi } from "vitest";
import { HealthCheckError, ServiceUnreachableError } from "../model/errors.ts";
import { validateRetryPolicy, withRetry } from "./retry.ts";

const noPause = (): Promise<void> => Promise.resolve();

it("withRetry() counts attempts from one and stops at the first success", async () => {
  const attempts: number[] = [];
  const run = (attempt: number): Promise<string> => {
    attempts.push(attempt);
    return attempt < 3 ? Promise.reject(new HealthCheckError("no")) : Promise.resolve("yes");
  };
  await expect(withRetry(run, { maxAttempts: 5, delay: 0 }, noPause)).resolves.toBe("yes");
  expect(attempts).toEqual([1, 2, 3]);
});

it("withRetry() gives up after maxAttempts with the last error", async () => {
  const run = (attempt: number): Promise<never> =>
    Promise.reject(new ServiceUnreachableError("api", `attempt ${String(attempt)}`));
  await expect(withRetry(run, { maxAttempts: 3, delay: 0 }, noPause)).rejects.toThrow("attempt 3");
});

it("withRetry() pauses between attempts, in milliseconds, and not after the last", async () => {
  const pause = vi.fn(noPause);
  const run = (): Promise<never> => Promise.reject(new HealthCheckError("no"));
  await expect(withRetry(run, { maxAttempts: 3, delay: 0.5 }, pause)).rejects.toThrow("no");
  expect(pause.mock.calls).toEqual([[500], [500]]);
});

it("withRetry() does not try a bug again", async () => {
  const run = vi.fn(() => Promise.reject(new TypeError("a bug")));
  await expect(withRetry(run, { maxAttempts: 3, delay: 0 }, noPause)).rejects.toThrow("a bug");
  expect(run).toHaveBeenCalledTimes(1);
});

it("withRetry() ends when the pause does not come to its end", async () => {
  const run = vi.fn(() => Promise.reject(new HealthCheckError("no")));
  const stop = (): Promise<never> => Promise.reject(new Error("stopped"));
  await expect(withRetry(run, { maxAttempts: 3, delay: 1 }, stop)).rejects.toThrow("stopped");
  expect(run).toHaveBeenCalledTimes(1);
});

it.each([
  [{ maxAttempts: 0, delay: 0 }, "maxAttempts must be an integer of 1 or more: got 0"],
  [{ maxAttempts: 1.5, delay: 0 }, "maxAttempts must be an integer of 1 or more: got 1.5"],
  [{ maxAttempts: NaN, delay: 0 }, "maxAttempts must be an integer of 1 or more: got NaN"],
  [{ maxAttempts: 1, delay: -1 }, "delay must be 0 or more seconds: got -1"],
  [{ maxAttempts: 1, delay: Infinity }, "delay must be 0 or more seconds: got Infinity"],
])("validateRetryPolicy() refuses %o", (policy, message) => {
  expect(() => {
    validateRetryPolicy(policy);
  }).toThrow(new RangeError(message));
});
