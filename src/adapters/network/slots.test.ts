import { expect, it } from "vitest";
import { Slots } from "./slots.ts";

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
