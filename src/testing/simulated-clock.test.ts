import fc from "fast-check";
import { expect, it } from "vitest";
import { simulatedClock } from "./simulated-clock.ts";

it("simulatedClock() jumps to the next timer whenever everything waits", async () => {
  const clock = simulatedClock({ startMs: 1_000 });
  await clock.sleep(86_400_000);
  expect(clock.elapsedMs()).toBe(86_400_000);
  expect(clock.now()).toBe(86_401_000);
});

it("simulatedClock() without auto moves only when it is told to", async () => {
  const clock = simulatedClock({ auto: false });
  let isOver = false;
  void clock.sleep(10).then(() => (isOver = true));
  await clock.advance(9);
  expect(isOver).toBe(false);
  await clock.advance(1);
  expect(isOver).toBe(true);
});

it("simulatedClock() lets what falls due start more that falls due within the same stretch", async () => {
  const clock = simulatedClock({ auto: false });
  const at: number[] = [];
  const tick = async (): Promise<void> => {
    for (let count = 0; count < 3; count += 1) {
      await clock.sleep(10);
      at.push(clock.elapsedMs());
    }
  };
  void tick();
  await clock.advance(100);
  expect(at).toEqual([10, 20, 30]);
  expect(clock.elapsedMs()).toBe(100);
});

it("simulatedClock() ends a sleep by its signal and forgets the timer", async () => {
  const clock = simulatedClock({ auto: false });
  const controller = new AbortController();
  const sleeping = clock.sleep(10, controller.signal);
  controller.abort(new Error("enough"));
  await expect(sleeping).rejects.toThrow("enough");
  await expect(clock.sleep(10, controller.signal)).rejects.toThrow("enough");
  expect(clock.pending()).toBe(0);
});

it("simulatedClock() calls back in order of time, ties in order of arrival, and never what was cancelled", async () => {
  const timer = fc.record({ delayMs: fc.nat(50), isCancelled: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(timer), async (timers) => {
      const clock = simulatedClock({ auto: false });
      const called: number[] = [];
      for (const [index, { delayMs, isCancelled }] of timers.entries()) {
        const cancel = clock.after(delayMs, () => called.push(index));
        if (isCancelled) cancel();
      }
      await clock.advance(50);
      const wanted = timers
        .map((each, index) => ({ ...each, index }))
        .filter(({ isCancelled }) => !isCancelled)
        .sort((a, b) => a.delayMs - b.delayMs || a.index - b.index);
      expect(called).toEqual(wanted.map(({ index }) => index));
    }),
    { numRuns: 30 },
  );
});

it("simulatedClock() jumps without any timer taking notice", async () => {
  const clock = simulatedClock({ startMs: 1_000_000, auto: false });
  let isOver = false;
  void clock.sleep(10).then(() => (isOver = true));
  clock.jump(-500_000);
  expect(clock.now()).toBe(500_000);
  await clock.advance(5);
  expect(isOver).toBe(false);
  await clock.advance(5);
  expect(isOver).toBe(true);
  expect(clock.elapsedMs()).toBe(10);
});
