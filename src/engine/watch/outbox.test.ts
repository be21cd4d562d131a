import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import type { Delivery, Message } from "../../model/incident.ts";
import type { Channel } from "../../ports/channel.ts";
import type { WatchChange } from "../../ports/watch-store.ts";
import { simulatedClock, type SimulatedClock } from "../../testing/simulated-clock.ts";
import { Cancellation } from "../cancellation.ts";
import { Outbox } from "./outbox.ts";

const DAY_MS = 86_400_000;

interface Post {
  readonly clock: SimulatedClock;
  readonly outbox: Outbox;
  /** Deliveries as they were stored last: by channel and message. */
  readonly stored: Map<string, Delivery>;
  readonly failures: Delivery[];
  readonly stop: () => Promise<void>;
}

const key = ({ channel, message }: Delivery): string => `${channel} ${String(message.id)}`;

function posting(
  channels: readonly Channel[],
  clock = simulatedClock({ auto: false }),
  mayStore: () => boolean = () => true,
): Post {
  const stored = new Map<string, Delivery>();
  const failures: Delivery[] = [];
  const controller = new AbortController();
  const outbox = new Outbox({
    channels,
    clock,
    cancellation: new Cancellation(controller.signal),
    commit: (changes: readonly WatchChange[]) => {
      if (!mayStore()) return Promise.reject(new Error("disk full"));
      for (const change of changes) {
        if (change.type === "put-delivery") stored.set(key(change.delivery), change.delivery);
      }
      return Promise.resolve();
    },
    onFailure: (delivery) => {
      failures.push(delivery);
    },
  });
  const run = outbox.run();
  const stop = async (): Promise<void> => {
    controller.abort();
    await run;
  };
  onTestFinished(stop);
  return { clock, outbox, stored, failures, stop };
}

function delivery(
  id: number,
  channel: string,
  { incident = id, ...changes }: Partial<Delivery> & { readonly incident?: number } = {},
): Delivery {
  const message: Message = {
    id,
    kind: "failure",
    project: "shop",
    resource: "web",
    incident,
    at: 0,
    title: `message ${String(id)}`,
    lines: [],
  };
  return {
    message,
    channel,
    attempts: 0,
    nextAt: 0,
    state: "pending",
    problem: null,
    ...changes,
  };
}

/** A channel that does with each message what a test says, and remembers what it got. */
function channelOf(
  name: string,
  deliver: (count: number, signal: AbortSignal) => Promise<void> = () => Promise.resolve(),
): Channel & { readonly got: number[] } {
  const got: number[] = [];
  return {
    name,
    got,
    deliver: ({ id }, signal) => {
      got.push(id);
      return deliver(got.length, signal);
    },
  };
}

test("messages are delivered once each, in their order, to each of their channels", async () => {
  const channels = [channelOf("log"), channelOf("mail")];
  const { clock, outbox, stored } = posting(channels);
  outbox.add([delivery(1, "log"), delivery(1, "mail"), delivery(2, "log")]);
  await clock.advance(0);
  outbox.add([delivery(3, "log"), delivery(3, "mail")]);
  await clock.advance(DAY_MS);
  expect(channels.map(({ got }) => got)).toEqual([
    [1, 2, 3],
    [1, 3],
  ]);
  expect([...stored.values()].map(({ state }) => state)).toEqual(Array(5).fill("delivered"));
  expect(outbox.pending).toBe(0);
});

test("a channel that fails gets the same message again, later and later, and those of its incident after it", async () => {
  const times: number[] = [];
  const clock = simulatedClock({ auto: false });
  const channel = channelOf("mail", (count) => {
    times.push(clock.elapsedMs());
    return count <= 11 ? Promise.reject(new Error("no route")) : Promise.resolve();
  });
  const { outbox, failures, stored } = posting([channel], clock);
  outbox.add([delivery(1, "mail"), delivery(2, "mail", { incident: 1 })]);
  await clock.advance(DAY_MS);
  expect(channel.got).toEqual([...Array<number>(12).fill(1), 2]);
  const waits = times.slice(1, 12).map((at, index) => (at - (times[index] ?? 0)) / 1_000);
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  expect(failures).toHaveLength(11);
  expect(failures[0]).toMatchObject({ attempts: 1, state: "pending", problem: "no route" });
  expect(stored.get("mail 1")).toMatchObject({ state: "delivered", attempts: 12, problem: null });
});

test("a channel that hangs is given up after 30 s, and holds up no other", async () => {
  const signals: AbortSignal[] = [];
  const good = channelOf("log");
  const hanging = channelOf("mail", (_, signal) => {
    signals.push(signal);
    return new Promise(() => undefined);
  });
  const { clock, outbox, failures, stop } = posting([hanging, good]);
  const later = { incident: 1 };
  outbox.add([delivery(1, "mail"), delivery(1, "log")]);
  outbox.add([delivery(2, "mail", later), delivery(2, "log", later)]);
  await clock.advance(10);
  expect(good.got).toEqual([1, 2]);
  await clock.advance(30_000);
  expect(failures).toMatchObject([{ channel: "mail", problem: "was not delivered within 30 s" }]);
  expect(signals[0]?.aborted).toBe(true);
  await clock.advance(10_000);
  expect(hanging.got).toEqual([1, 1]);
  // It takes no notice of its signal: that keeps nobody from stopping.
  await stop();
  expect(clock.pending()).toBe(0);
});

test("what cannot be delivered in a thousand attempts is dead, and the next one of its incident has its turn", async () => {
  const channel = channelOf("mail", () => Promise.reject(new Error("no")));
  const { clock, outbox, stored, failures } = posting([channel]);
  outbox.add([delivery(1, "mail", { attempts: 998 }), delivery(2, "mail", { incident: 1 })]);
  await clock.advance(310_000);
  expect(stored.get("mail 1")).toMatchObject({ state: "dead", attempts: 1_000, problem: "no" });
  expect(failures.filter(({ state }) => state === "dead")).toHaveLength(1);
  expect(channel.got.slice(0, 3)).toEqual([1, 1, 2]);
});

test("what goes wrong need not be an error", async () => {
  // Channels are written by others: nothing keeps them from it.
  const channel = channelOf("mail", async () => {
    const { promise, reject } = Promise.withResolvers<undefined>();
    reject("no");
    await promise;
  });
  const { clock, outbox, failures } = posting([channel]);
  outbox.add([delivery(1, "mail")]);
  await clock.advance(10);
  expect(failures).toMatchObject([{ attempts: 1, state: "pending" }]);
});

test("what could not be stored as delivered is not lost, and is not sent twice in one life", async () => {
  const channel = channelOf("log");
  const { clock, outbox, stored } = posting([channel], undefined, () => false);
  outbox.add([delivery(1, "log")]);
  await clock.advance(DAY_MS);
  expect([channel.got, stored.size, outbox.pending]).toEqual([[1], 0, 0]);
});

test("messages to a channel that is not there stay where they are stored", async () => {
  const { clock, outbox, stored } = posting([channelOf("log")]);
  outbox.add([delivery(1, "gone")]);
  await clock.advance(DAY_MS);
  expect([outbox.pending, stored.size]).toEqual([0, 0]);
});

test("a wait that the clock made endless ends after five minutes", async () => {
  const channel = channelOf("log");
  const { clock, outbox } = posting([channel]);
  outbox.add([delivery(1, "log", { nextAt: clock.now() + 30 * DAY_MS, attempts: 1 })]);
  await clock.advance(299_999);
  expect(channel.got).toEqual([]);
  await clock.advance(1);
  expect(channel.got).toEqual([1]);
});

/** A channel that refuses some messages, whatever happens. */
function refusing(isRefused: (id: number) => boolean): Channel & { readonly got: number[] } {
  const got: number[] = [];
  return {
    name: "mail",
    got,
    deliver: ({ id }) => {
      got.push(id);
      return isRefused(id) ? Promise.reject(new Error("no such address")) : Promise.resolve();
    },
  };
}

test("a message that is always refused holds up those of its incident, and no others", async () => {
  const channel = refusing((id) => id === 1);
  const { clock, outbox, stored } = posting([channel]);
  const incidents = [7, 8, 7, 9, 8];
  outbox.add(incidents.map((incident, index) => delivery(index + 1, "mail", { incident })));
  await clock.advance(1_000);
  expect(channel.got.filter((id) => id !== 1)).toEqual([2, 4, 5]);
  outbox.add([delivery(6, "mail", { incident: 9 }), delivery(7, "mail", { incident: 7 })]);
  await clock.advance(60_000);
  expect(channel.got.filter((id) => id !== 1)).toEqual([2, 4, 5, 6]);
  expect(outbox.pending).toBe(3);
  // After more than three days it is dead.
  await clock.advance(4 * DAY_MS);
  expect(stored.get("mail 1")).toMatchObject({ state: "dead" });
  expect(channel.got.filter((id) => id !== 1)).toEqual([2, 4, 5, 6, 3, 7]);
  expect(outbox.pending).toBe(0);
});

test("however many messages are refused, a new one comes within seconds", async () => {
  const channel = refusing((id) => id <= 200);
  const { clock, outbox } = posting([channel]);
  outbox.add(Array.from({ length: 200 }, (_, index) => delivery(index + 1, "mail")));
  await clock.advance(DAY_MS / 2);
  outbox.add([delivery(300, "mail")]);
  await clock.advance(10_000);
  expect(channel.got).toContain(300);
});

test("a channel that is down is not asked for one message after the other", async () => {
  const channel = refusing(() => true);
  const { clock, outbox } = posting([channel]);
  outbox.add(Array.from({ length: 1_000 }, (_, index) => delivery(index + 1, "mail")));
  await clock.advance(60_000);
  // After 0, 1, 3, 7, 15, and every ten seconds from then on.
  expect(channel.got).toHaveLength(9);
});

test("a channel that was down gets all that waits at once when it is up again", async () => {
  const clock = simulatedClock({ auto: false });
  const channel = refusing(() => clock.elapsedMs() < 60_000);
  const { outbox } = posting([channel], clock);
  outbox.add(Array.from({ length: 1_000 }, (_, index) => delivery(index + 1, "mail")));
  await clock.advance(70_000);
  expect(outbox.pending).toBeLessThan(10);
  await clock.advance(300_000);
  expect(outbox.pending).toBe(0);
});

test("every message is delivered at least once, and in the order of its incident, wherever lives end", async () => {
  const anyFate = fc.array(fc.constantFrom("ok", "fail", "hang", "lost"), { maxLength: 30 });
  const anyLives = fc.array(fc.constantFrom(0, 500, 5_000, 40_000), { maxLength: 8 });
  const anyIncidents = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(anyFate, anyLives, anyIncidents, async (fates, lives, incidents) => {
      const clock = simulatedClock({ auto: false });
      const fate = fates.values();
      let isKept = true;
      const channel = channelOf("mail", () => {
        const next = fate.next().value ?? "ok";
        isKept = next !== "lost";
        if (next === "hang") return new Promise(() => undefined);
        return next === "fail" ? Promise.reject(new Error("no")) : Promise.resolve();
      });
      const all = incidents.map((incident, index) => delivery(index + 1, "mail", { incident }));
      const known = new Map(all.map((one) => [key(one), one]));
      for (const lifeMs of [...lives, DAY_MS]) {
        const post = posting([channel], clock, () => isKept);
        post.outbox.add([...known.values()].filter(({ state }) => state === "pending"));
        await clock.advance(lifeMs);
        await post.stop();
        for (const [name, one] of post.stored) known.set(name, one);
      }
      for (const incident of new Set(incidents)) {
        const own = all.filter(({ message }) => message.incident === incident);
        const ids = own.map(({ message }) => message.id);
        const firsts = [...new Set(channel.got)].filter((id) => ids.includes(id));
        expect(firsts).toEqual(ids);
      }
      // Once the next one has come, none before it comes again, but for what was lost with a life.
      const isStored = [...known.values()].every(({ state }) => state === "delivered");
      expect(isStored || fates.includes("lost")).toBe(true);
    }),
    { numRuns: 100 },
  );
});
