import fc from "fast-check";
import { expect, it } from "vitest";
import { simulatedClock } from "../testing/simulated-clock.ts";
import { Limiter } from "./limiter.ts";

it("Limiter lets no more than its limit be under way, and starts the others in their order", async () => {
  const task = fc.record({ durationMs: fc.nat(20), isBroken: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(task, { maxLength: 20 }),
      async (limit, tasks) => {
        const clock = simulatedClock();
        const limiter = new Limiter(limit);
        const started: number[] = [];
        let underWay = 0;
        let most = 0;
        const results = await Promise.allSettled(
          tasks.map(({ durationMs, isBroken }, index) =>
            limiter.run(async () => {
              started.push(index);
              underWay += 1;
              most = Math.max(most, underWay);
              await clock.sleep(durationMs);
              underWay -= 1;
              if (isBroken) throw new Error("broken");
              return index;
            }),
          ),
        );
        expect(most).toBe(Math.min(limit, tasks.length));
        expect(started).toEqual(tasks.map((_, index) => index));
        expect(results.map(({ status }) => status)).toEqual(
          tasks.map(({ isBroken }) => (isBroken ? "rejected" : "fulfilled")),
        );
      },
    ),
  );
});
