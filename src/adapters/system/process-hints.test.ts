import { expect, it } from "vitest";
import { targetOf } from "../../model/target.ts";
import type { Hint, HintTarget } from "../../ports/hints.ts";
import { simulatedClock } from "../../testing/simulated-clock.ts";
import { identityIn, processHints } from "./process-hints.ts";

function worker(resource: string, pid: number): HintTarget {
  return {
    target: targetOf(resource, "process", { command: ["work"] }),
    physical: { pid, startTicks: 7, bootId: "boot" },
  };
}

function lab(cost = 0): {
  readonly clock: ReturnType<typeof simulatedClock>;
  readonly gone: Set<number>;
  readonly zombies: Set<number>;
  readonly hints: Hint[];
  readonly looks: { quick: number; full: number };
  readonly watch: (
    targets: readonly HintTarget[],
  ) => ReturnType<ReturnType<typeof processHints>["watch"]>;
} {
  const clock = simulatedClock({ auto: false });
  const [gone, zombies] = [new Set<number>(), new Set<number>()];
  const hints: Hint[] = [];
  const looks = { quick: 0, full: 0 };
  let spentMs = 0;
  const source = processHints({
    clock: { ...clock, elapsedMs: () => clock.elapsedMs() + spentMs },
    isPidTaken: (pid) => {
      looks.quick += 1;
      spentMs += cost;
      return !gone.has(pid);
    },
    isLiving: ({ pid }) => {
      looks.full += 1;
      return !gone.has(pid) && !zombies.has(pid);
    },
  });
  const watch = (targets: readonly HintTarget[]): ReturnType<typeof source.watch> =>
    source.watch(targets, (hint) => hints.push(hint));
  return { clock, gone, zombies, hints, looks, watch };
}

it("processHints() tells within a round that a process has ended, and once", async () => {
  const { clock, gone, hints, watch } = lab();
  watch([worker("a", 11), worker("b", 12), worker("same as a", 11)]);
  await clock.advance(100);
  expect(hints).toEqual([]);
  gone.add(11);
  await clock.advance(40);
  expect(hints).toEqual([
    { resource: "a", reason: "process 11 has ended" },
    { resource: "same as a", reason: "process 11 has ended" },
  ]);
  await clock.advance(1_000);
  expect(hints).toHaveLength(2);
});

it("processHints() finds zombies in turn", async () => {
  const { clock, zombies, hints, looks, watch } = lab();
  watch(Array.from({ length: 80 }, (_, index) => worker(`w${String(index)}`, 100 + index)));
  for (let pid = 100; pid < 180; pid += 1) zombies.add(pid);
  await clock.advance(40);
  expect([hints.length, looks.full]).toEqual([4, 4]);
  await clock.advance(760);
  expect(new Set(hints.map(({ resource }) => resource)).size).toBe(80);
});

it("processHints() goes on with those that stay, and stops its timer with the last", async () => {
  const { clock, gone, hints, watch } = lab();
  const watching = watch([worker("a", 11)]);
  expect(clock.pending()).toBe(1);
  gone.add(11);
  watching.update([worker("a", 11), worker("b", 12)]);
  await clock.advance(40);
  expect(hints.map(({ resource }) => resource)).toEqual(["a"]);
  watching.update([worker("a", 11)]);
  expect(clock.pending()).toBe(0);
  watching.update([worker("a", 12)]);
  gone.add(12);
  await clock.advance(40);
  expect(hints).toHaveLength(2);
  watching.update([worker("a", 13)]);
  await watching[Symbol.asyncDispose]();
  watching.update([worker("a", 14)]);
  expect(clock.pending()).toBe(0);
});

it("processHints() watches nothing where no process is known", () => {
  const { clock, watch } = lab();
  watch([
    { target: targetOf("a", "process", { command: ["work"] }), physical: null },
    { target: targetOf("b", "file", { path: "/x" }), physical: { pid: 7, startTicks: 7 } },
  ]);
  expect(clock.pending()).toBe(0);
});

it("processHints() looks more seldom where looking takes long", async () => {
  const { clock, looks, watch } = lab(1);
  watch([worker("a", 11)]);
  await clock.advance(60_000);
  // At first every 40 ms; a look takes a millisecond, which is its share of 200 ms.
  expect(looks.quick).toBeGreaterThan(250);
  expect(looks.quick).toBeLessThan(400);
});

it("identityIn() takes nothing else for a process", () => {
  expect(identityIn({ pid: 7, startTicks: 8, bootId: "b" })).toEqual({
    ...{ pid: 7, startTicks: 8, bootId: "b" },
  });
  for (const pid of [0, -1, 1.5, "7", null]) {
    expect(identityIn({ pid, startTicks: 8, bootId: "b" })).toBeNull();
  }
  expect(identityIn({ id: "abc" })).toBeNull();
});
