import { expect, it } from "vitest";
import { Slots, type Turn } from "./slots.ts";

const { signal } = new AbortController();

it("take() lets as many in as there are, and the others in the order in which they came", async () => {
  const slots = new Slots(2);
  const entered: string[] = [];
  const enter = async (name: string): Promise<void> => {
    await slots.take(signal);
    entered.push(name);
  };
  const all = Promise.all(["a", "b", "c", "d"].map(enter));
  await Promise.all([slots.take(AbortSignal.abort()).catch(() => null)]);
  expect(entered).toEqual(["a", "b"]);

  slots.give();
  slots.give();
  await all;
  expect(entered).toEqual(["a", "b", "c", "d"]);
});

it("take() rejects with the signal's reason, and the place goes to the next", async () => {
  const slots = new Slots(1);
  await slots.take(signal);
  const leaver = new AbortController();
  const left = slots.take(leaver.signal);
  const next = slots.take(signal);
  const reason = new Error("enough");
  leaver.abort(reason);

  await expect(left).rejects.toBe(reason);
  slots.give();
  await expect(next).resolves.toBeUndefined();
});

it("give() makes a place for later when nobody waits", async () => {
  const slots = new Slots(1);
  await slots.take(signal);
  slots.give();

  await expect(slots.take(signal)).resolves.toBeUndefined();
});

it("take() lets those who come again in after all who come for the first time", async () => {
  const slots = new Slots(1);
  await slots.take(signal);
  const entered: string[] = [];
  const enter = async (name: string, turn: Turn): Promise<void> => {
    await slots.take(signal, turn);
    entered.push(name);
    slots.give();
  };
  const again = [enter("a", "again"), enter("b", "again")];
  const first = [enter("c", "first"), enter("d", "first")];
  slots.give();

  await Promise.all([...again, ...first]);
  expect(entered).toEqual(["c", "d", "a", "b"]);
});

it("isAwaited tells whether somebody waits, the first time or again", async () => {
  const slots = new Slots(1);
  await slots.take(signal);
  expect(slots.isAwaited).toBe(false);
  for (const turn of ["first", "again"] as const) {
    const next = slots.take(signal, turn);
    expect(slots.isAwaited).toBe(true);
    slots.give();
    await next;
    expect(slots.isAwaited).toBe(false);
  }
});
