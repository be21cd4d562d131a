import { describe, expect, it } from "vitest";
import type { MonitorOptions } from "../../src/engine/watch/monitor.ts";
import type { Subject } from "../../src/engine/watch/subject.ts";
import type { Message } from "../../src/model/incident.ts";
import type { WatchChange } from "../../src/ports/watch-store.ts";
import {
  simulateWatching,
  watchWithMonitor,
  type SimulationOptions,
  type SimulationResult,
  type Watcher,
} from "../../src/testing/watch/simulation.ts";

const isSoak = process.env["CW_TEST_SOAK"] === "all";
const LIMIT_SEED = 2 ** 31;
const FIXED_SEEDS = isSoak ? Array.from({ length: 100 }, (_, seed) => seed) : [1, 2, 3, 4];
const FRESH_SEEDS = Array.from({ length: isSoak ? 100 : 2 }, () =>
  Math.floor(Math.random() * LIMIT_SEED),
);
const SIZE = isSoak ? { days: 14, resources: 20 } : { days: 1, resources: 10 };

function told(
  { seed, violations, trace }: SimulationResult,
  { days, resources }: typeof SIZE,
): string {
  const [first] = violations;
  if (first === undefined) return "";
  const again = `npm run sim -- --seed ${String(seed)} --days ${String(days)} --resources ${String(resources)}`;
  const lines = trace.last(30, first.resource).join("\n");
  return `${first.resource}: ${first.problem}\n${lines}\nagain with: ${again}`;
}

describe("whatever happens to what is watched, and to whoever watches", () => {
  it.each(FIXED_SEEDS)(
    "the laws hold: seed %i",
    async (seed) => {
      const result = await simulateWatching({ seed, ...SIZE });
      expect(told(result, SIZE)).toBe("");
      // A simulation in which nothing happens proves nothing.
      expect(result.incidents).toBeGreaterThan(5);
      expect(result.attempts).toBeGreaterThan(3);
      expect(result.messages).toBeGreaterThan(5);
    },
    120_000,
  );

  it.each(FRESH_SEEDS)(
    "the laws hold: fresh seed %i",
    async (seed) => {
      expect(told(await simulateWatching({ seed, ...SIZE }), SIZE)).toBe("");
    },
    120_000,
  );

  it("the same seed goes the same way", async () => {
    const options = { seed: 11, days: 1, resources: 8 };
    const [one, other] = await Promise.all([simulateWatching(options), simulateWatching(options)]);
    expect(other.trace.sum).toBe(one.trace.sum);
    expect(other.looks).toBe(one.looks);
    const different = await simulateWatching({ ...options, seed: 12 });
    expect(different.trace.sum).not.toBe(one.trace.sum);
  }, 60_000);
});

/** Breaks whoever watches in what it reads and writes. */
function withStore(
  change: (changes: readonly WatchChange[]) => readonly WatchChange[],
): (options: MonitorOptions) => Watcher {
  return (options) => {
    const { store } = options;
    const commit: typeof store.commit = (changes) => store.commit(change(changes));
    const own = new Proxy(store, {
      get: (target, key): unknown => (key === "commit" ? commit : Reflect.get(target, key)),
    });
    return watchWithMonitor({ ...options, store: own });
  };
}

const restart = { action: "restart", parameters: {}, attempts: 2 };

/** Engines that are wrong, each in one way, and a word of what must be said of it. */
const BROKEN: readonly (readonly [string, Partial<SimulationOptions>, RegExp])[] = [
  [
    "restarts what is well",
    {
      watch: (options) => {
        const watcher = watchWithMonitor(options);
        const act = (): void => {
          const { signal } = new AbortController();
          for (const subject of options.subjects) {
            void subject.act(restart, { signal, reason: "to be sure" }).catch(() => undefined);
          }
        };
        options.clock.after(3_600_000, act);
        return watcher;
      },
    },
    /seen to be well|no attempt of it was stored|nobody has looked/u,
  ],
  [
    "acts twice at once",
    {
      subject: (subject: Subject): Subject => ({
        ...subject,
        act: async (...args) => {
          void subject.act(...args).catch(() => undefined);
          return await subject.act(...args);
        },
      }),
    },
    /is under way|too soon/u,
  ],
  [
    "takes what it cannot see for broken",
    {
      subject: (subject: Subject): Subject => ({
        ...subject,
        look: async (signal) => {
          const look = await subject.look(signal);
          return look.verdict === "error" ? { ...look, verdict: "fail", isConclusive: true } : look;
        },
      }),
    },
    /could not be seen|although .* is what fails/u,
  ],
  [
    "repairs what it should only watch",
    {
      subject: (subject: Subject): Subject => ({
        ...subject,
        policy: { ...subject.policy, isReconciled: true, ladder: [restart] },
      }),
    },
    /it is only watched/u,
  ],
  [
    "never gets tired of trying",
    {
      subject: (subject: Subject): Subject => ({
        ...subject,
        policy: {
          ...subject.policy,
          repairMode: "once",
          repeatActionMs: subject.policy.repairMode === "ladder" ? 5_000 : null,
        },
      }),
    },
    /within an hour|too soon|neither repaired nor given up/u,
  ],
  [
    "looks at nothing",
    {
      subject: (subject: Subject): Subject => ({
        ...subject,
        look: () => new Promise(() => undefined),
      }),
    },
    /no incident is open|believed to be/u,
  ],
  [
    "forgets what it tried when it is killed",
    {
      watch: withStore((changes) =>
        changes.map((change): WatchChange => {
          if (change.type !== "put-watch") return change;
          const { state } = change;
          const repair = { ...state.repair, recent: [], attempts: 0, tried: [], nextAt: null };
          return { type: "put-watch", state: { ...state, repair } };
        }),
      ),
      disturbances: { breakMs: 1_200_000, unreachableMs: 1e9, killMs: 60_000, jumpMs: 1e9 },
    },
    /within an hour|too soon|neither repaired nor given up/u,
  ],
  [
    "says that it told, and writes no message",
    { watch: withStore((changes) => changes.filter(({ type }) => type !== "put-message")) },
    /no message was written/u,
  ],
  [
    "tells of what it does not remember",
    { watch: withStore((changes) => changes.filter(({ type }) => type !== "put-incident")) },
    /which does not exist|its state lists/u,
  ],
  [
    "writes down what it does afterwards",
    {
      watch: withStore((changes) =>
        changes.filter((change) => change.type !== "put-repair" || change.repair.outcome !== null),
      ),
    },
    /no attempt of it was stored/u,
  ],
  [
    "never tells the end",
    {
      watch: withStore((changes) =>
        changes.flatMap((change): readonly WatchChange[] => {
          if (change.type === "put-message" && change.message.kind === "resolved") return [];
          if (change.type !== "put-incident" || change.incident.closedAt === null) return [change];
          const told = change.incident.told.filter((kind) => kind !== "resolved");
          return [{ type: "put-incident", incident: { ...change.incident, told } }];
        }),
      ),
    },
    /closes without a word/u,
  ],
  [
    "delivers nothing",
    {
      watch: (options) =>
        watchWithMonitor({
          ...options,
          channels: options.channels.map((channel) => ({
            ...channel,
            name: channel.name,
            deliver: () => Promise.resolve(),
          })),
        }),
    },
    /never arrived/u,
  ],
  [
    "delivers out of order",
    {
      watch: (options) =>
        watchWithMonitor({
          ...options,
          channels: options.channels.map((channel) => {
            const kept: Message[] = [];
            return {
              name: channel.name,
              deliver: async (message, signal) => {
                if (message.kind !== "resolved") kept.push(message);
                else await channel.deliver(message, signal);
                for (const each of kept) {
                  const isOver = message.kind === "resolved" && each.incident === message.incident;
                  if (isOver) await channel.deliver(each, signal);
                }
              },
            };
          }),
        }),
    },
    /arrived after a later one/u,
  ],
  [
    "works in a maintenance",
    {
      watch: (options) => {
        const watcher = watchWithMonitor(options);
        const { store, clock } = options;
        const hold = { id: 1_000_000, kind: "maintenance", resource: null, by: "x" } as const;
        const rest = { from: clock.now(), until: null, comment: "" };
        // Somebody else has written it: whoever watches knows nothing of it.
        return {
          ...watcher,
          start: async () => {
            await watcher.start();
            await store.commit([{ type: "put-hold", hold: { ...hold, ...rest } }]);
          },
        };
      },
    },
    /in a maintenance/u,
  ],
];

describe("an engine that breaks a law is found out", () => {
  it.each(BROKEN)(
    "%s",
    async (_, broken, words) => {
      const options = { seed: 5, days: 2, resources: 12, ...broken };
      const { violations } = await simulateWatching(options);
      expect(violations.map(({ problem }) => problem).join("\n")).toMatch(words);
    },
    60_000,
  );
});
