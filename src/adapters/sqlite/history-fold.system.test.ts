import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testFolder, type TestFolder } from "../../../test/support/folder.ts";
import { HOUR_MS, MONDAY, result } from "../../../test/support/watching.ts";
import { DEFAULT_RETENTION, type ResultRow } from "../../model/history.ts";
import { StateDatabase } from "./database.ts";
import { RecordQueue } from "./record-queue.ts";

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

const CALL = { method: "fold", now: MONDAY + HOUR_MS, retention: DEFAULT_RETENTION } as const;

function foldAll(): unknown {
  const fold = database.fold(CALL);
  for (;;) {
    const { done, value } = fold.next();
    if (done === true) return value;
  }
}

/** As if we had been killed, and started again. */
function restart(): void {
  database[Symbol.dispose]();
  database = new StateDatabase(join(folder.path, "state.db"));
}

/** What stands in the file. */
function valueOf(sql: string): unknown {
  const beside = new DatabaseSync(join(folder.path, "state.db"));
  try {
    return beside.prepare(sql).get()?.["value"];
  } finally {
    beside.close();
  }
}

const countOf = (resource: string): readonly unknown[] => {
  const query = { resource, from: 0, to: Infinity };
  const [results, rollUps] = database.answerAll([
    { method: "results", query },
    { method: "rollUps", query: { ...query, resolution: "day" } },
  ]) as readonly [readonly ResultRow[], readonly { readonly passes: number }[]];
  return [results.length, new Set(results.map(({ at }) => at)).size, rollUps[0]?.passes];
};

const RESOURCES = 2_000;
const ROUNDS = 20;

describe("fold()", () => {
  it("may be left after any slice: nothing is lost or counted twice, and the next one ends it", async () => {
    const names = Array.from({ length: RESOURCES }, (_, index) => `r${String(index)}`);
    for (let round = 0; round < ROUNDS; round += 1) {
      await record(names.map((name) => result(name, MONDAY + round * 60_000)));
    }
    let late = 0;
    let left = 0;
    for (let isDone = false; ; left += 1) {
      const fold = database.fold(CALL);
      for (let slice = 0; slice < 1 + left * 4 && !isDone; slice += 1) {
        isDone = fold.next().done === true;
      }
      fold.return({ folded: 0, isShortened: false });
      restart();
      const all = ROUNDS + late;
      // The first and the last, and those on both sides of where it was left: resources are numbered from 1.
      const through = Number(valueOf("SELECT max(through) AS value FROM folding") ?? 0);
      const places = [0, through - 2, through - 1, through, through + 1, RESOURCES - 1];
      for (const name of places.flatMap((place) => names[place] ?? [])) {
        expect([name, ...countOf(name)]).toEqual([name, all, all, all]);
      }
      if (isDone) break;
      // What comes meanwhile belongs to an hour that is being folded.
      late += 1;
      await record(names.map((name) => result(name, MONDAY + 30_000 + late)));
    }
    expect(left).toBeGreaterThan(0);
    expect(foldAll()).toEqual({ folded: 0, isShortened: false });
    expect(countOf("r1")).toEqual([ROUNDS + late, ROUNDS + late, ROUNDS + late]);
  });

  it("may be left when all rows of its hour are gone, and more of them come", async () => {
    await record([result("web", MONDAY)]);
    const fold = database.fold(CALL);
    do fold.next();
    while (valueOf("SELECT count(*) AS value FROM fresh") !== 0);
    expect(valueOf("SELECT count(*) AS value FROM folding")).toBe(1);
    restart();
    await record([result("web", MONDAY + 1)]);
    expect(countOf("web")).toEqual([2, 2, 2]);
    expect(foldAll()).toMatchObject({ folded: 1 });
    expect(countOf("web")).toEqual([2, 2, 2]);
  });
});
