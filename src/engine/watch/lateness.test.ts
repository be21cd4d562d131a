import { expect, it } from "vitest";
import { simulatedClock } from "../../testing/simulated-clock.ts";
import { Lateness } from "./lateness.ts";

it("Lateness is the worst of the last 30 to 60 seconds, rounded", async () => {
  const clock = simulatedClock({ auto: false });
  const lateness = new Lateness(clock);
  expect(lateness.worstMs).toBe(0);
  lateness.add(80.4);
  lateness.add(20);
  expect(lateness.worstMs).toBe(80);
  await clock.advance(30_000);
  lateness.add(5);
  expect(lateness.worstMs).toBe(80);
  await clock.advance(29_999);
  expect(lateness.worstMs).toBe(80);
  await clock.advance(1);
  expect(lateness.worstMs).toBe(5);
  await clock.advance(30_000);
  expect(lateness.worstMs).toBe(0);
});

it("Lateness forgets what was long ago, also when nothing was looked at since", async () => {
  const clock = simulatedClock({ auto: false });
  const lateness = new Lateness(clock);
  lateness.add(100);
  await clock.advance(60_000);
  expect(lateness.worstMs).toBe(0);
});
