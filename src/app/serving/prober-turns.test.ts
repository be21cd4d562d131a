import { expect, it } from "vitest";
import { Turns } from "./prober-turns.ts";

const { signal } = new AbortController();

it("Turns lets so many be under way, and turns away who would wait for too long", async () => {
  const turns = new Turns({ running: 1, waiting: 1 });
  expect(await turns.enter("a", signal)).toBe(true);
  const waiting = turns.enter("a", signal);
  expect(await turns.enter("a", signal)).toBe(false);
  turns.leave("a");
  expect(await waiting).toBe(true);
});

it("Turns gives the next one to whoever has the fewest under way", async () => {
  const turns = new Turns({ running: 2, waiting: 10 });
  const order: string[] = [];
  const enter = async (client: string): Promise<void> => {
    if (await turns.enter(client, signal)) order.push(client);
  };
  await Promise.all([enter("greedy"), enter("greedy")]);
  const all = [enter("greedy"), enter("greedy"), enter("modest")];
  turns.leave("greedy");
  await all[2];
  expect(order).toEqual(["greedy", "greedy", "modest"]);
  turns.leave("modest");
  await all[0];
  turns.leave("greedy");
  await all[1];
  expect(order.slice(3)).toEqual(["greedy", "greedy"]);
});

it("Turns forgets who gives up", async () => {
  const turns = new Turns({ running: 1, waiting: 1 });
  await turns.enter("a", signal);
  const controller = new AbortController();
  const waiting = turns.enter("b", controller.signal);
  controller.abort();
  expect(await waiting).toBe(false);
  expect(await turns.enter("b", controller.signal)).toBe(false);
  turns.leave("a");
  expect(await turns.enter("c", signal)).toBe(true);
});
