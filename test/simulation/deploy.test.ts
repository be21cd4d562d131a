import { describe, expect, it } from "vitest";
import type { ApplyOutcome } from "../../src/app/deploy/deployment.ts";
import { memoryStore } from "../../src/adapters/memory/store.ts";
import {
  applyBoxes,
  destroyBoxes,
  planBoxes,
  PROJECT_ID,
  rollbackBoxes,
  type BoxRun,
  type DeclaredBox,
} from "../support/box-project.ts";
import { BoxWorld } from "../support/box-world.ts";

function newRun(): BoxRun {
  return { world: new BoxWorld(), store: memoryStore() };
}

function actions({ plan }: Pick<ApplyOutcome, "plan">): string[] {
  return plan.changes.map(({ resource, action }) => `${action} ${resource}`);
}

function values({ world }: BoxRun): Readonly<Record<string, string>> {
  return Object.fromEntries(world.boxes.map(({ place, value }) => [place, value]));
}

describe("apply", () => {
  it("creates in the order of dependencies, and a second one changes nothing", async () => {
    const run = newRun();
    const boxes = [{ name: "web", dependsOn: ["db"] }, { name: "db" }];
    const first = await applyBoxes(boxes, run);
    expect(first.status).toBe("deployed");
    expect(actions(first)).toEqual(["create db", "create web"]);
    expect(first.results.map(({ resource }) => resource)).toEqual(["db", "web"]);
    expect(values(run)).toEqual({ web: "good", db: "good" });
    const second = await applyBoxes(boxes, run);
    expect(second.status).toBe("unchanged");
    expect(second.version).toBeNull();
  });

  it("updates in place, replaces what must be, and deletes what is not declared any more", async () => {
    const run = newRun();
    await applyBoxes([{ name: "a" }, { name: "b" }, { name: "c" }], run);
    const outcome = await applyBoxes(
      [
        { name: "a", value: "better" },
        { name: "b", size: "large" },
      ],
      run,
    );
    expect(outcome.status).toBe("deployed");
    expect(actions(outcome)).toEqual(["update a", "replace b", "delete c"]);
    expect(values(run)).toEqual({ a: "better", b: "good" });
    expect(run.world.boxes.find(({ place }) => place === "b")?.marks?.generation).toBe(2);
  });

  it("corrects drift, and tells it from what is declared otherwise", async () => {
    const run = newRun();
    await applyBoxes([{ name: "a" }], run);
    for (const box of run.world.boxes) box.value = "meddled";
    const plan = await planBoxes([{ name: "a" }], run);
    expect(plan.changes[0]).toMatchObject({
      action: "update",
      fields: [{ field: "value", from: "meddled", to: "good", cause: "drift" }],
    });
    const ignoring = [{ name: "a", policy: { ignoreDifferences: ["value"] } }];
    const ignored = await planBoxes(ignoring, run);
    expect(ignored.changes[0]?.fields.map(({ field }) => field)).toEqual(["ignoreDifferences"]);
    expect((await applyBoxes([{ name: "a" }], run)).status).toBe("deployed");
    expect(values(run)).toEqual({ a: "good" });
  });

  it("refuses what somebody else made, and takes it over when it is told to", async () => {
    const run = newRun();
    run.world.boxes.push({
      place: "a",
      marks: null,
      value: "theirs",
      size: "small",
      isAside: false,
      isComplete: true,
    });
    await expect(applyBoxes([{ name: "a" }], run)).rejects.toThrow(/resource-foreign/u);
    const outcome = await applyBoxes([{ name: "a", policy: { adopt: true } }], run);
    expect(outcome.status).toBe("deployed");
    expect(values(run)).toEqual({ a: "good" });
    expect(run.world.boxes[0]?.marks?.project).toBe(PROJECT_ID);
  });

  it("keeps the old one when the new one does not prove itself, and puts it in quarantine", async () => {
    const run = newRun();
    await applyBoxes([{ name: "a" }, { name: "b" }], run);
    const bad: DeclaredBox[] = [
      { name: "a", value: "better" },
      { name: "b", size: "large", value: "bad", dependsOn: ["a"] },
    ];
    const outcome = await applyBoxes(bad, run);
    expect(outcome.status).toBe("rolled-back");
    expect(values(run)).toEqual({ a: "good", b: "good" });
    expect(run.world.boxes.find(({ place }) => place === "b")?.marks?.generation).toBe(1);
    await expect(applyBoxes(bad, run)).rejects.toMatchObject({ code: "version-quarantined" });
    expect((await applyBoxes(bad, run, { mayRetry: true })).status).toBe("rolled-back");
    expect(
      (await planBoxes([{ name: "a" }, { name: "b" }], run)).changes.every(
        ({ action }) => action === "keep",
      ),
    ).toBe(true);
  });

  it("leaves it as it is and goes on when it only notifies", async () => {
    const run = newRun();
    const boxes: DeclaredBox[] = [
      { name: "a", value: "bad" },
      { name: "b" },
      { name: "c", dependsOn: ["a"] },
    ];
    const outcome = await applyBoxes(boxes, run, { rollback: "notify" });
    expect(outcome.status).toBe("failed");
    expect(values(run)).toEqual({ a: "bad", b: "good" });
    expect(outcome.results.find(({ resource }) => resource === "c")?.outcome).toBe("skipped");
  });

  it("gives back what it has taken over when something else fails", async () => {
    const run = newRun();
    const theirs = { place: "a", marks: null, size: "small", isAside: false, isComplete: true };
    run.world.boxes.push({ ...theirs, value: "theirs" });
    const boxes: DeclaredBox[] = [
      { name: "a", policy: { adopt: true } },
      { name: "b", value: "bad", dependsOn: ["a"] },
    ];
    const outcome = await applyBoxes(boxes, run);
    expect(outcome.results.map(({ outcome: end }) => end)).toContain("undone");
    expect(values(run)).toEqual({ a: "theirs" });
    expect((await run.store.snapshot()).resources.size).toBe(0);
  });

  it("overwrites nothing that somebody has put there since the plan was made", async () => {
    const run = newRun();
    await applyBoxes([{ name: "a" }], run);
    const outcome = await applyBoxes([{ name: "a", value: "better" }], run, {
      confirm: () => {
        for (const box of run.world.boxes) Object.assign(box, { marks: null, value: "theirs" });
        return Promise.resolve(true);
      },
    });
    expect(outcome.status).not.toBe("deployed");
    expect(values(run)).toEqual({ a: "theirs" });
  });

  it("plans again when somebody else was at work while it asked", async () => {
    const run = newRun();
    let asked = 0;
    const outcome = await applyBoxes([{ name: "a" }], run, {
      confirm: async () => {
        asked += 1;
        if (asked === 1) await applyBoxes([{ name: "b" }], run);
        return true;
      },
    });
    expect(asked).toBe(2);
    expect(outcome.status).toBe("deployed");
    expect(values(run)).toEqual({ a: "good" });
  });

  it("keeps the old one also when it only notifies", async () => {
    const run = newRun();
    await applyBoxes([{ name: "a" }], run);
    const outcome = await applyBoxes([{ name: "a", size: "large", value: "bad" }], run, {
      rollback: "notify",
    });
    expect(outcome.results.map(({ outcome: end }) => end)).toEqual(["undone"]);
    expect(values(run)).toEqual({ a: "good" });
  });

  it("does not lift a quarantine by a part of the same declaration", async () => {
    const run = newRun();
    const boxes: DeclaredBox[] = [{ name: "a" }, { name: "b", value: "bad" }];
    await applyBoxes(boxes, run);
    expect((await applyBoxes(boxes, run, { targets: ["a"] })).status).toBe("deployed");
    await expect(applyBoxes(boxes, run)).rejects.toMatchObject({ code: "version-quarantined" });
  });

  it("renames without touching the thing", async () => {
    const run = newRun();
    await applyBoxes([{ name: "old", place: "p" }], run);
    const before = run.world.boxes[0]?.marks?.instance;
    const outcome = await applyBoxes(
      [{ name: "new", place: "p", policy: { renamedFrom: "old" } }],
      run,
    );
    expect(outcome.plan.changes).toMatchObject([
      { resource: "new", action: "update", renamedFrom: "old" },
    ]);
    expect(run.world.boxes.map(({ marks }) => marks?.instance)).toEqual([before]);
    expect([...(await run.store.snapshot()).resources.keys()]).toEqual(["new"]);
  });

  it("gives a place up before another one takes it", async () => {
    const run = newRun();
    await applyBoxes([{ name: "old", place: "p" }], run);
    const outcome = await applyBoxes([{ name: "new", place: "p", value: "other" }], run);
    expect(outcome.status).toBe("deployed");
    expect(values(run)).toEqual({ p: "other" });
  });

  it("refuses to destroy what is protected", async () => {
    const run = newRun();
    await applyBoxes([{ name: "a", policy: { protect: true } }], run);
    await expect(applyBoxes([], run)).rejects.toThrow(/resource-protected/u);
    await expect(destroyBoxes(run)).rejects.toThrow(/resource-protected/u);
  });
});

describe("destroy and rollback", () => {
  it("destroys in reverse order, from the recorded state alone", async () => {
    const run = newRun();
    await applyBoxes([{ name: "web", dependsOn: ["db"] }, { name: "db" }], run);
    const outcome = await destroyBoxes(run);
    expect(outcome.results.map(({ resource }) => resource)).toEqual(["web", "db"]);
    expect(run.world.boxes).toEqual([]);
    expect((await run.store.snapshot()).resources.size).toBe(0);
  });

  it("destroys its targets and what needs them, and touches nothing else", async () => {
    const run = newRun();
    await applyBoxes([{ name: "web", dependsOn: ["db"] }, { name: "db" }, { name: "other" }], run);
    for (const box of run.world.boxes) if (box.place === "other") box.value = "meddled";
    const outcome = await destroyBoxes(run, { targets: ["db"] });
    expect(outcome.results.map(({ resource }) => resource)).toEqual(["web", "db"]);
    expect(values(run)).toEqual({ other: "meddled" });
    expect([...(await run.store.snapshot()).resources.keys()]).toEqual(["other"]);
  });

  it("pins the project to a version that is there already", async () => {
    const run = newRun();
    await applyBoxes([{ name: "a" }], run);
    expect((await rollbackBoxes(1, run)).status).toBe("unchanged");
    expect((await run.store.snapshot()).pinnedTo).toBe(1);
  });

  it("brings back a version, and pins the project to it until somebody applies", async () => {
    const run = newRun();
    await applyBoxes([{ name: "a" }, { name: "b" }], run);
    await applyBoxes([{ name: "a", value: "better" }, { name: "c" }], run);
    const outcome = await rollbackBoxes(1, run);
    expect(outcome.status).toBe("deployed");
    expect(values(run)).toEqual({ a: "good", b: "good" });
    expect((await run.store.snapshot()).pinnedTo).toBe(1);
    await applyBoxes([{ name: "a" }, { name: "b" }], run);
    expect((await run.store.snapshot()).pinnedTo).toBeNull();
  });

  it("records again what is there when the state is lost", async () => {
    const run = newRun();
    const boxes = [{ name: "web", dependsOn: ["db"] }, { name: "db" }];
    await applyBoxes(boxes, run);
    const lost = { ...run, store: memoryStore() };
    const plan = await planBoxes(boxes, lost);
    expect(plan.changes.map(({ action }) => action)).toEqual(["import", "import"]);
    expect((await applyBoxes(boxes, lost)).status).toBe("deployed");
    expect((await applyBoxes(boxes, lost)).status).toBe("unchanged");
    expect(run.world.boxes.map(({ marks }) => marks?.generation)).toEqual([1, 1]);
    expect(plan.strays).toEqual([]);
  });

  it("tells what it made before the state was lost, and is not declared any more", async () => {
    const run = newRun();
    await applyBoxes([{ name: "a" }, { name: "b" }], run);
    const lost = { ...run, store: memoryStore() };
    const plan = await planBoxes([{ name: "a" }], lost);
    expect(plan.strays).toEqual([{ resource: "b", kind: "box" }]);
    await applyBoxes([{ name: "a" }, { name: "b" }], lost);
    await applyBoxes([{ name: "a" }], lost);
    expect(values(run)).toEqual({ a: "good" });
  });
});
