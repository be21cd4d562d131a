import { expect, test } from "vitest";
import { memoryStore } from "../../adapters/memory/store.ts";
import { auditLog } from "./audit-log.ts";

const ENTRY = {
  who: "alice",
  role: "admin",
  from: "10.0.0.7",
  what: "repair web",
  outcome: "done",
  status: 200,
};

test("auditLog() numbers entries that are written at once, and goes on after those of before", async () => {
  await using store = memoryStore();
  const first = auditLog(store, { now: () => 1_000 });
  await Promise.all(["repair web", "apply", "rollback 1"].map((what) => first({ ...ENTRY, what })));
  await auditLog(store, { now: () => 2_000 })({ ...ENTRY, what: "pause web" });
  const entries = await store.audit({ after: 0 });
  expect(entries.map(({ id, at, what }) => [id, at, what])).toEqual([
    [1, 1_000, "repair web"],
    [2, 1_000, "apply"],
    [3, 1_000, "rollback 1"],
    [4, 2_000, "pause web"],
  ]);
  expect(entries[0]).toMatchObject(ENTRY);
});

test("auditLog() gives no number to what could not be written", async () => {
  await using store = memoryStore();
  let isFull = true;
  const write = auditLog(
    {
      audit: store.audit,
      commit: (changes) =>
        isFull ? Promise.reject(new Error("the disk is full")) : store.commit(changes),
    },
    { now: () => 1_000 },
  );
  await expect(write(ENTRY)).rejects.toThrow("the disk is full");
  isFull = false;
  await write(ENTRY);
  expect((await store.audit()).map(({ id }) => id)).toEqual([1]);
});
