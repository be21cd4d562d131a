import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { memoryStore } from "../../src/adapters/memory/store.ts";
import { sqliteStore } from "../../src/adapters/sqlite/store.ts";
import type { StateChange } from "../../src/ports/store.ts";
import { testFolder } from "../support/folder.ts";
import { put, step, version } from "../support/state.ts";

const name = fc.constantFrom("web", "api", "db", "x".repeat(63));
const change: fc.Arbitrary<StateChange> = fc.oneof(
  fc.tuple(name, fc.string()).map(([of, image]) => put(of, image)),
  name.map((of): StateChange => ({ type: "delete-resource", name: of })),
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom("intent", "switched", "done"))
    .map(([id, state]): StateChange => ({ type: "put-step", step: step(id, state) })),
  fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom("applying", "failed", "deployed"))
    .map(([number, status]): StateChange => {
      return { type: "put-version", version: version(number, status) };
    }),
  fc.nat(4).map((run): StateChange => ({ type: "begin-run", run })),
  fc.option(fc.nat(5)).map((pin): StateChange => ({ type: "set-pin", version: pin })),
);
const commit = fc.record({
  changes: fc.array(change, { maxLength: 6 }),
  expect: fc.record({ serial: fc.nat(4), run: fc.nat(3) }, { requiredKeys: [] }),
});

it("SQLite and memory come to the same, whatever is committed", async () => {
  // Each run makes a file and starts a thread.
  await fc.assert(
    fc.asyncProperty(fc.array(commit, { maxLength: 12 }), async (commits) => {
      using own = testFolder();
      const store = memoryStore();
      await using sqlite = sqliteStore({ folder: join(own.path, ".clockwork") });
      for (const { changes, expect: expected } of commits) {
        const outcomes = await Promise.all(
          [store, sqlite].map((each) =>
            each.commit(changes, { expect: expected }).catch((error: unknown) => String(error)),
          ),
        );
        expect(outcomes[1]).toEqual(outcomes[0]);
      }
      expect(await sqlite.snapshot()).toEqual(await store.snapshot());
      expect(await sqlite.versions()).toEqual(await store.versions());
      expect(await sqlite.steps(1)).toEqual(await store.steps(1));
      expect(await sqlite.quarantined("a".repeat(64))).toBe(
        await store.quarantined("a".repeat(64)),
      );
    }),
    { numRuns: 15 },
  );
});
