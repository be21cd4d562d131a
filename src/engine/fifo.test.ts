import fc from "fast-check";
import { expect, it } from "vitest";
import { Fifo } from "./fifo.ts";

it("Fifo gives items back in the order they came, however they are mixed", () => {
  const push = fc.record({ count: fc.integer({ min: 1, max: 3_000 }) });
  const shift = fc.record({ take: fc.integer({ min: 1, max: 3_000 }) });
  fc.assert(
    fc.property(fc.array(fc.oneof(push, shift), { maxLength: 10 }), (steps) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      let next = 0;
      for (const step of steps) {
        if ("count" in step) {
          for (let index = 0; index < step.count; index += 1) {
            fifo.push(next);
            model.push(next);
            next += 1;
          }
        } else {
          const taken = Array.from({ length: step.take }, () => fifo.shift());
          const wanted = model.splice(0, step.take);
          expect(taken.slice(0, wanted.length)).toEqual(wanted);
          expect(taken.slice(wanted.length).every((item) => item === undefined)).toBe(true);
        }
        expect(fifo.size).toBe(model.length);
      }
    }),
    { numRuns: 30 },
  );
});
