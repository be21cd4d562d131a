import fc from "fast-check";
import { expect, it } from "vitest";
import { firstDelayMs, nextDueMs } from "./schedule.ts";

it("firstDelayMs() is stable and within the interval", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.integer({ min: 1, max: 1e9 }),
      fc.integer({ min: 1, max: 1e6 }),
      (id, intervalMs, count) => {
        const delayMs = firstDelayMs(id, intervalMs, count);
        expect(delayMs).toBe(firstDelayMs(id, intervalMs, count));
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThan(intervalMs);
      },
    ),
  );
});

it("firstDelayMs() spreads many resources evenly, also when their names differ only at the end", () => {
  const counts = new Array<number>(10).fill(0);
  for (let index = 0; index < 10_000; index += 1) {
    const slot = Math.floor(firstDelayMs(`service-${String(index)}`, 30_000, 10_000) / 3_000);
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
  for (const count of counts) {
    expect(count).toBeGreaterThan(850);
    expect(count).toBeLessThan(1_150);
  }
});

it("firstDelayMs() lets nobody wait for long when there are few", () => {
  expect(firstDelayMs("api", 30_000, 5)).toBeLessThan(25);
});

it("nextDueMs() stays on the grid and is always ahead, however late it is", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e9 }),
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: -1_000, max: 1e7 }),
      (dueMs, intervalMs, lateMs) => {
        const nextMs = nextDueMs(dueMs, intervalMs, dueMs + lateMs);
        expect(nextMs).toBeGreaterThan(dueMs + lateMs);
        expect((nextMs - dueMs) % intervalMs).toBe(0);
        expect(nextMs - Math.max(dueMs + lateMs, dueMs)).toBeLessThanOrEqual(intervalMs);
      },
    ),
  );
});
