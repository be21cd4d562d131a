import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testFolder, type TestFolder } from "../../../test/support/folder.ts";
import { DAY_MS, HOUR_MS, MONDAY, result, watchState } from "../../../test/support/watching.ts";
import { DEFAULT_RETENTION, type ResultRow } from "../../model/history.ts";
import { memoryStore } from "../memory/store.ts";
import { StateDatabase } from "./database.ts";
import { RecordQueue } from "./record-queue.ts";

const KEPT = { rawMs: HOUR_MS, minutesMs: HOUR_MS, hoursMs: HOUR_MS, daysMs: HOUR_MS };
const RETENTION = { ...DEFAULT_RETENTION, ...KEPT };
/** All that was recorded on that Monday is too old by then: days are kept in parts of 30. */
const LONG_MS = 90 * DAY_MS;
const LATER = MONDAY + LONG_MS;

let folder: TestFolder;
let database: StateDatabase;
beforeEach(() => {
  folder = testFolder();
  database = new StateDatabase(join(folder.path, "state.db"));
});
afterEach(() => {
  database[Symbol.dispose]();
  folder[Symbol.dispose]();
});

async function record(results: readonly ResultRow[]): Promise<void> {
  const queue = new RecordQueue({
    send: (batch) => Promise.resolve(database.answerAll([{ method: "record", batch }])),
  });
  queue.record({ results, states: [] });
  await queue.close();
}

function folding(now: number): ReturnType<StateDatabase["fold"]> {
  return database.fold({ method: "fold", now, retention: RETENTION });
}

function fold(now: number): void {
  const slices = folding(now);
  while (slices.next().done !== true);
}

const namesIn = (): readonly unknown[] => {
  const beside = new DatabaseSync(join(folder.path, "state.db"), { readOnly: true });
  try {
    return beside
      .prepare("SELECT name FROM names ORDER BY id")
      .all()
      .map(({ name }) => name);
  } finally {
    beside.close();
  }
};

const timesOf = (resource: string): readonly number[] => {
  const query = { resource, from: 0, to: Infinity };
  const [results] = database.answerAll([{ method: "results", query }]) as [readonly ResultRow[]];
  return results.map(({ at }) => at);
};

describe("names of resources in histories", () => {
  it("go with the last of their history, unless the resource is watched", async () => {
    const state = { type: "put-watch", state: watchState("watched") } as const;
    database.answerAll([{ method: "commit", changes: [state], expect: {} }]);
    await record(["gone", "watched", "lately", "last"].map((name) => result(name, MONDAY)));
    fold(MONDAY + HOUR_MS);
    expect(namesIn()).toEqual(["gone", "watched", "lately", "last"]);
    await record([result("lately", LATER)]);
    fold(LATER);
    // The last number is kept, so that nobody else gets it.
    expect(namesIn()).toEqual(["watched", "lately", "last"]);
    await record([result("gone", LATER + 1), result("new", LATER + 2)]);
    expect([timesOf("gone"), timesOf("new")]).toEqual([[LATER + 1], [LATER + 2]]);
    fold(LATER + 1);
    expect(namesIn()).toEqual(["watched", "lately", "gone", "new"]);
  });

  it("stay when something is recorded while they are gone through", async () => {
    const count = 1_000;
    for (let slices = 1, isDone = false; !isDone; slices += 1) {
      const names = Array.from(
        { length: count },
        (_, index) => `r${String(slices)}-${String(index)}`,
      );
      const now = MONDAY + slices * LONG_MS * 2;
      await record(names.map((name) => result(name, now)));
      fold(now + HOUR_MS);
      const later = now + LONG_MS;
      const slow = folding(later);
      for (let slice = 0; slice < slices && !isDone; slice += 1) isDone = slow.next().done === true;
      const lately = [0, count - 2].flatMap((place) => names[place] ?? []);
      await record(lately.map((name) => result(name, later)));
      while (slow.next().done !== true);
      expect(lately.map(timesOf)).toEqual([[later], [later]]);
      // All of a round but these and the last one of each, and those that were gone already.
      expect(namesIn().length).toBeLessThan(6);
    }
  });

  it("are of no matter to what is read", async () => {
    const names = ["a", "b", "c", "d"];
    const step = fc.record({
      names: fc.array(fc.constantFrom(...names), { maxLength: 4 }),
      months: fc.constantFrom(null, 0, 0.1, 1, 2, 4),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        using own = testFolder();
        database[Symbol.dispose]();
        database = new StateDatabase(join(own.path, "state.db"));
        const memory = memoryStore();
        let now = MONDAY;
        for (const { names: recorded, months } of steps) {
          const results = recorded.map((name, index) => result(name, now + index));
          await record(results);
          memory.record({ results, states: [] });
          await memory.flush();
          if (months === null) continue;
          now += months * 30 * DAY_MS;
          fold(now);
          await memory.fold({ now, retention: RETENTION });
        }
        for (const resource of names) {
          const expected = await memory.results({ resource, from: 0, to: Infinity });
          expect(timesOf(resource)).toEqual(expected.map(({ at }) => at));
        }
        database[Symbol.dispose]();
      }),
      { numRuns: 40 },
    );
  });
});
