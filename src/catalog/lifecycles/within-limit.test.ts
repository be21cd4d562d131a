import { expect, it } from "vitest";
import { DeployError } from "../../model/deploy-errors.ts";
import { withinLimit, type Limit } from "./within-limit.ts";

// A clock whose time comes when the test says so.
function limited(signal = new AbortController().signal): {
  readonly limit: Limit;
  readonly ring: () => void;
  readonly timers: Set<() => void>;
} {
  const timers = new Set<() => void>();
  const clock = {
    after: (_delayMs: number, callback: () => void) => {
      timers.add(callback);
      return () => void timers.delete(callback);
    },
  };
  const ring = (): void => {
    for (const timer of timers) timer();
  };
  return { limit: { clock, signal, seconds: 3, doing: "restarting web" }, ring, timers };
}

it("withinLimit() gives what the task gives, or throws what it throws, and leaves no timer", async () => {
  const { limit, timers } = limited();
  expect(await withinLimit(limit, () => Promise.resolve(7))).toBe(7);
  const failing = withinLimit(limit, () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(timers.size).toBe(0);
});

it("withinLimit() ends a task that takes too long, and does not wait for it", async () => {
  const { limit, ring, timers } = limited();
  let told: AbortSignal | null = null;
  const waiting = withinLimit(limit, (signal) => {
    told = signal;
    return new Promise(() => undefined);
  });
  ring();
  await expect(waiting).rejects.toThrow(new DeployError("restarting web took longer than 3 s"));
  expect(told).toMatchObject({ aborted: true });
  expect(timers.size).toBe(0);
});

it("withinLimit() ends a task when it is told to, and begins none after that", async () => {
  const controller = new AbortController();
  const { limit, timers } = limited(controller.signal);
  const waiting = withinLimit(limit, () => new Promise(() => undefined));
  controller.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  expect(timers.size).toBe(0);
  const late = withinLimit(limit, () => expect.fail("it was begun"));
  await expect(late).rejects.toThrow("enough");
});
