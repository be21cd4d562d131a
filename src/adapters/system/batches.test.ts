import { expect, it } from "vitest";
import { Batches } from "./batches.ts";

it("Batches do at once what is asked for at once, and what comes meanwhile in the next one", async () => {
  const seen: (readonly number[])[] = [];
  const gates = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  const batches = new Batches<number>(async (items) => {
    seen.push(items);
    await gates[seen.length - 1]?.promise;
  }, 3);
  const first = Promise.all([batches.add(1), batches.add(2)]);
  await Promise.resolve();
  await Promise.resolve();
  const second = Promise.all([3, 4, 5, 6].map((item) => batches.add(item)));
  gates[0]?.resolve(undefined);
  await first;
  expect(seen).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
  gates[1]?.resolve(undefined);
  await second;
  expect(seen.at(-1)).toEqual([6]);
});

it("Batches fail for all of a batch, and go on", async () => {
  const batches = new Batches<number>((items) => {
    return items.includes(1) ? Promise.reject(new Error("no")) : Promise.resolve();
  }, 2);
  const ends = await Promise.allSettled([1, 2, 3].map((item) => batches.add(item)));
  expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
  await expect(batches.add(4)).resolves.toBeUndefined();
});
