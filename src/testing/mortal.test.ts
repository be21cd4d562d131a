import { expect, it } from "vitest";
import { mortalClock } from "./mortal-clock.ts";
import { Life, mortal } from "./mortal.ts";
import { simulatedClock } from "./simulated-clock.ts";

class Counter {
  #count = 0;

  readonly add = async (): Promise<number> => {
    await Promise.resolve();
    this.#count += 1;
    return this.#count;
  };

  count(): number {
    return this.#count;
  }
}

it("mortal() lets everything through while its life lasts", async () => {
  const seen = mortal(new Counter(), new Life());
  expect(await seen.add()).toBe(1);
  expect(seen.count()).toBe(1);
});

it("mortal() lets nothing happen after the end, and never answers", async () => {
  const life = new Life();
  const counter = new Counter();
  const seen = mortal(counter, life);
  const underWay = seen.add();
  life.end();
  const late = seen.add();
  const answered = await Promise.race([underWay, late, Promise.resolve("nothing")]);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  expect(answered).toBe("nothing");
  // What was asked before has happened; only nobody was told.
  expect(counter.count()).toBe(1);
});

it.each([
  [1, 0],
  [2, 1],
  [3, 1],
  [4, 2],
])("a life of %i crossings ends before or after an effect, which leaves %i", async (...args) => {
  const [crossings, effects] = args;
  const life = new Life();
  life.endAfter(crossings);
  const counter = new Counter();
  const seen = mortal(counter, life);
  void seen.add().then(() => seen.add());
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  expect(life.isOver).toBe(true);
  expect(counter.count()).toBe(effects);
});

it("mortalClock() rings for the living only", async () => {
  const clock = simulatedClock({ auto: false });
  const life = new Life();
  const seen = mortalClock(clock, life);
  const rung: string[] = [];
  seen.after(1, () => rung.push("in time"));
  seen.after(3, () => rung.push("too late"));
  await clock.advance(2);
  life.end();
  seen.after(1, () => rung.push("after the end"));
  await clock.advance(10);
  expect(rung).toEqual(["in time"]);
});
