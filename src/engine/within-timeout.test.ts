import { expect, it } from "vitest";
import { simulatedClock } from "../testing/simulated-clock.ts";
import { Cancellation } from "./cancellation.ts";
import { withinTimeout } from "./within-timeout.ts";

function limits(signal?: AbortSignal) {
  const clock = simulatedClock();
  const cancellation = new Cancellation(signal);
  const timeoutError = (): Error => new Error("too late");
  return { clock, limit: { clock, cancellation, timeoutMs: 100, timeoutError } };
}

it("withinTimeout gives what the task gives, and leaves no timer", async () => {
  const { clock, limit } = limits();
  expect(await withinTimeout(limit, () => clock.sleep(99).then(() => "done"))).toBe("done");
  expect(clock.pending()).toBe(0);
});

it("withinTimeout rejects in time though the task takes no notice, and tells it why", async () => {
  const { clock, limit } = limits();
  const told: unknown[] = [];
  const task = (signal: AbortSignal): Promise<never> => {
    signal.addEventListener("abort", () => told.push(signal.reason));
    return new Promise(() => undefined);
  };
  await expect(withinTimeout(limit, task)).rejects.toThrow("too late");
  expect(told).toEqual([new Error("too late")]);
  expect(clock.elapsedMs()).toBe(100);
});

it("withinTimeout rejects with the reason of the cancellation", async () => {
  const controller = new AbortController();
  const { clock, limit } = limits(controller.signal);
  const reason = new Error("enough");
  clock.after(10, () => {
    controller.abort(reason);
  });
  await expect(withinTimeout(limit, () => new Promise(() => undefined))).rejects.toBe(reason);
  expect(clock.pending()).toBe(0);
});

it("withinTimeout makes an error of whatever is thrown", async () => {
  const { limit } = limits();
  const task = (): Promise<never> => new Promise((_, reject) => setImmediate(reject, "text"));
  await expect(withinTimeout(limit, task)).rejects.toMatchObject({ cause: "text" });
});
