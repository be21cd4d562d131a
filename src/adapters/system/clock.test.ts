import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { systemClock } from "./clock.ts";

const DAY_MS = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("systemClock.after() keeps delays beyond the 24.8 days of a Node timer", () => {
  const callback = vi.fn();
  systemClock.after(60 * DAY_MS, callback);
  vi.advanceTimersByTime(60 * DAY_MS - 1);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(callback).toHaveBeenCalledTimes(1);
});

it("systemClock.after() keeps any delay, to the millisecond", () => {
  const limitMs = 2 ** 31 - 1;
  const anyMs = fc.oneof(
    fc.integer({ min: 1, max: 3_650 * DAY_MS }),
    fc.integer({ min: -2, max: 2 }).map((offMs) => limitMs + offMs),
    fc.integer({ min: -2, max: 2 }).map((offMs) => 3 * limitMs + offMs),
  );
  fc.assert(
    fc.property(anyMs, (delayMs) => {
      const callback = vi.fn();
      systemClock.after(delayMs, callback);
      vi.advanceTimersByTime(delayMs - 1);
      expect(callback).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      expect(callback).toHaveBeenCalledTimes(1);
      expect(vi.getTimerCount()).toBe(0);
    }),
  );
});

it("systemClock.after() can be cancelled at any time", () => {
  const callback = vi.fn();
  const cancels = [10, 5_000_000_000].map((delayMs) => systemClock.after(delayMs, callback));
  vi.advanceTimersByTime(5);
  for (const cancel of cancels) cancel();
  expect(vi.getTimerCount()).toBe(0);
  const late = systemClock.after(5_000_000_000, callback);
  vi.advanceTimersByTime(3_000_000_000);
  late();
  expect(vi.getTimerCount()).toBe(0);
  expect(callback).not.toHaveBeenCalled();
});

it("systemClock.sleep() ends early with the reason of its signal and leaves no timer", async () => {
  const controller = new AbortController();
  const sleeping = systemClock.sleep(1_000, controller.signal);
  controller.abort("a reason that is no error");
  await expect(sleeping).rejects.toMatchObject({
    message: "aborted",
    cause: "a reason that is no error",
  });
  expect(vi.getTimerCount()).toBe(0);
});
