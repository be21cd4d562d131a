import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openDeployWorld } from "../../../src/app/deploy-world.ts";
import { AppleContainerResource } from "../../../src/catalog/resources/apple-container.ts";
import type { LifecycleScope, Live, Subject } from "../../../src/model/lifecycle.ts";
import type { Marks } from "../../../src/model/marks.ts";
import type { DeployWorld } from "../../../src/ports/deploy-world.ts";
import { appleLifecycle, freshMarks, scopeOf, subjectOf } from "../../support/container-lab.ts";
import { testFolder } from "../../support/folder.ts";
import { fieldsOf, killEverywhere } from "../../support/git-lab.ts";
import { withStandIn } from "../../support/stand-in-program.ts";

const STAND_IN = fileURLToPath(new URL("../../support/apple-stand-in.ts", import.meta.url));

interface Lab {
  readonly root: string;
  readonly world: DeployWorld;
  readonly scope: (more?: Partial<LifecycleScope>) => LifecycleScope;
  readonly notes: readonly string[];
  readonly subject: (options?: object, marks?: Partial<Marks>) => Subject;
  readonly read: (subject: Subject) => Promise<Live | null>;
  /** What the engine keeps: `container-web.json`. */
  readonly kept: () => readonly string[];
}

/** Does something in a project, with what stands in for Apple's engine. */
async function inLab(task: (lab: Lab) => Promise<void>): Promise<void> {
  using folder = testFolder();
  const root = folder.path;
  const store = join(root, "store");
  mkdirSync(store);
  const base = freshMarks();
  const notes: string[] = [];
  const scope = scopeOf(root, notes);
  await withStandIn(
    "container",
    `exec '${process.execPath}' '${STAND_IN}' '${store}' "$@"`,
    async () => {
      const env = { ...process.env, CW_MARKS_DIR: `${root}/marks` };
      await using world = openDeployWorld({ root, env });
      await task({
        ...{ root, world, scope, notes },
        subject: (options = {}, marks = {}) =>
          subjectOf(AppleContainerResource, { image: "here:1", ...options }, { ...base, ...marks }),
        read: (subject) => appleLifecycle.read(subject, world, scope()),
        kept: () => readdirSync(store).toSorted(),
      });
    },
  );
}

it("a container of Apple's engine is made as declared, is in sync, and goes", async () => {
  await inLab(async ({ root, world, scope, subject, read, kept, notes }) => {
    writeFileSync(`${root}/secret`, "hunter2-hunter2\n");
    const web = subject({
      ports: ["127.0.0.1:8080:80", "53:53/udp"],
      volumes: ["./site:/srv:ro", "data:/data"],
      envVars: { MODE: "a=b", TOKEN: { secretFile: "secret" }, HOME: "/home" },
      networks: ["back"],
      command: ["serve", "--all"],
      labels: { team: "a=b" },
      limits: { memoryMb: 512, cpus: 2 },
    });
    expect(await read(web)).toBeNull();
    expect(await appleLifecycle.verify?.(web, null, world, scope())).toEqual([]);
    await killEverywhere((note) => appleLifecycle.create(web, world, scope({ note })));
    expect(kept()).toEqual(["container-web.json", "volume-data.json"]);
    expect(await read(web)).toMatchObject({
      marks: web.marks,
      physical: { id: "web" },
      progress: "running",
      differences: [],
      description: "container web, here:1, running",
    });
    expect(JSON.stringify([await read(web), notes])).not.toContain("hunter2");
    expect(await appleLifecycle.list?.(web.marks.project, world, scope())).toEqual([
      { marks: web.marks, physical: { id: "web" } },
    ]);
    await killEverywhere((note) =>
      appleLifecycle.remove(web, world, scope({ note, mayDeleteData: true })),
    );
    expect(kept()).toEqual([]);
    await appleLifecycle.remove(web, world, scope());
  });
}, 60_000);

it("a container of Apple's engine shows what differs, and is started again", async () => {
  await inLab(async ({ world, scope, subject, read }) => {
    const web = subject({ envVars: { A: "1" } });
    await appleLifecycle.create(web, world, scope());
    expect(
      fieldsOf(
        await read(
          subject({ image: "other", envVars: { A: "2" }, command: ["serve"], limits: { cpus: 2 } }),
        ),
      ),
    ).toEqual({
      image: "here:1 → other",
      command: "/entry of-the-image → serve",
      ["envVars.A"]: "*** → 2",
      ["limits.cpus"]: "4 → 2",
    });
    expect(await read(subject({ envVars: { A: "1" }, limits: { cpus: 4 } }))).toMatchObject({
      differences: [],
    });
    const commands = await world.commands();
    const { signal } = scope();
    await commands.run(["container", "stop", "web"], { signal, limitBytes: 1_024 });
    const live = await read(web);
    expect(live?.progress).toBe("stopped");
    expect(fieldsOf(live)).toEqual({ running: "exited → running" });
    await appleLifecycle.update(web, live ?? expect.fail(), world, scope());
    expect(await read(web)).toMatchObject({ progress: "running", differences: [] });
    expect(await appleLifecycle.diagnose?.(web, world, scope())).toEqual([
      "container web: running",
      "log: one",
      "log: two",
    ]);
  });
}, 60_000);

it("a container of Apple's engine goes for its replacement, and is made anew when that fails", async () => {
  await inLab(async ({ world, scope, subject, read, kept }) => {
    const { setAside, bringBack } = appleLifecycle;
    if (setAside === null || bringBack === null) expect.fail();
    const old = subject({ volumes: ["data:/data"] });
    const next = subject({ volumes: ["data:/data"], command: ["two"] }, { generation: 2 });
    await appleLifecycle.create(old, world, scope());
    const mayLose = scope({ mayDeleteData: true });
    await setAside(old, next, world, mayLose);
    await setAside(old, next, world, mayLose);
    expect(kept()).toEqual(["volume-data.json"]);
    await appleLifecycle.create(next, world, scope());
    expect(await read(next)).toMatchObject({ marks: { generation: 2 }, progress: "running" });
    await appleLifecycle.remove(next, world, scope());
    await bringBack(old, world, scope());
    await bringBack(old, world, scope());
    expect(await read(old)).toMatchObject({ marks: { generation: 1 }, differences: [] });
  });
}, 60_000);

it("what is in the way of a container of Apple's engine is told", async () => {
  await inLab(async ({ world, scope, subject, read, kept }) => {
    await appleLifecycle.create(subject(), world, scope());
    const other = subject({}, freshMarks());
    expect((await read(other))?.marks?.project).not.toBe(other.marks.project);
    await expect(appleLifecycle.create(other, world, scope())).rejects.toMatchObject({
      code: "resource-foreign",
    });
    await appleLifecycle.remove(other, world, scope());
    expect(kept()).toEqual(["container-web.json"]);
    const missing = subject({ image: "missing:1", containerName: "b2" }, freshMarks());
    await expect(appleLifecycle.create(missing, world, scope())).rejects.toMatchObject({
      code: "image-missing",
      message: expect.stringContaining("unknown registry") as string,
    });
    const network = subject({ networks: ["none"] });
    expect(await appleLifecycle.verify?.(network, null, world, scope())).toMatchObject([
      {
        property: "networks[0]",
        message: "there is no network none",
        hint: "make it first: container network create none",
      },
    ]);
    const fetched = subject({ image: "slow:1", containerName: "b3" }, freshMarks());
    await appleLifecycle.create(fetched, world, scope());
    expect(await read(fetched)).toMatchObject({ progress: "running" });
  });
}, 60_000);
