import fc from "fast-check";
import { expect, it } from "vitest";
import { DueQueue, type Due } from "./due-queue.ts";

interface Named extends Due {
  readonly name: number;
}

const SIZE = 40;

it("DueQueue says what a sorted list says, however turns are set, moved and taken out", () => {
  const step = fc.record({
    name: fc.nat({ max: SIZE - 1 }),
    dueMs: fc.nat({ max: 60 }),
    isOut: fc.nat({ max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const queue = new DueQueue<Named>();
      const all = Array.from({ length: SIZE }, (_, name): Named => ({ name, dueMs: 0, place: -1 }));
      const queued = new Map<number, number>();
      for (const { name, dueMs, isOut } of steps) {
        const [one] = all.slice(name, name + 1);
        if (one === undefined) continue;
        if (isOut === 0) {
          queue.delete(one);
          queued.delete(name);
        } else {
          queue.set(one, dueMs);
          queued.set(name, dueMs);
        }
        expect(one.place >= 0).toBe(queued.has(name));
        const least = Math.min(...queued.values());
        expect(queue.first?.dueMs ?? Infinity).toBe(least);
      }
      const order: number[] = [];
      for (let { first } = queue; first !== undefined; { first } = queue) {
        order.push(first.dueMs);
        queue.delete(first);
      }
      expect(order).toEqual([...queued.values()].toSorted((a, b) => a - b));
    }),
  );
});

it("DueQueue.delete() does nothing to what is not in it", () => {
  const queue = new DueQueue();
  const [inside, outside] = [1, 2].map((dueMs): Due => ({ dueMs, place: -1 }));
  if (inside === undefined || outside === undefined) throw new Error("two were made");
  queue.set(inside, 1);
  queue.delete(outside);
  expect(queue.first).toBe(inside);
  queue.delete(inside);
  queue.delete(inside);
  expect(queue.first).toBeUndefined();
});

it("DueQueue.delete() keeps the order where what takes its place comes from another branch", () => {
  const queue = new DueQueue();
  const all = [0, 10, 1, 11, 12, 2, 3].map((dueMs): Due => ({ dueMs, place: -1 }));
  for (const one of all) queue.set(one, one.dueMs);
  for (const one of all.slice(3, 4)) queue.delete(one);
  const order: number[] = [];
  for (let { first } = queue; first !== undefined; { first } = queue) {
    order.push(first.dueMs);
    queue.delete(first);
  }
  expect(order).toEqual([0, 1, 2, 3, 10, 12]);
});
