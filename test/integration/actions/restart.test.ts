import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseIdentity } from "../../../src/adapters/system/proc-group.ts";
import { DeployError } from "../../../src/model/deploy-errors.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import { act, errorOf, until } from "../../support/acting.ts";
import { containerLab, dockerLifecycle, type ContainerLab } from "../../support/container-lab.ts";
import { killEverywhere } from "../../support/git-lab.ts";
import { lifecycleLab } from "../../support/lifecycle-lab.ts";
import { hasPart } from "../../support/parts.ts";
import {
  isRunning,
  MARKS,
  OTHERS,
  pidOf,
  programLifecycle,
  supervisorLab,
} from "../../support/supervisor-lab.ts";
import { serviceLifecycle, systemdLab } from "../../support/systemd-lab.ts";

/** Takes no notice of SIGTERM, and says when it has come so far. */
const DEAF = `process.on("SIGTERM", () => 0); require("fs").appendFileSync("begun", process.pid + "\\n"); setInterval(() => 0, 1e6);`;

function isAlive(pid: unknown): boolean {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    return parseIdentity(text)?.hasEnded === false;
  } catch {
    return false;
  }
}

describe("a process", () => {
  const started = (folder: string): readonly string[] => {
    const path = join(folder, "begun");
    return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
  };

  it("that takes no notice of SIGTERM is killed and started again, with the same marks", async () => {
    await using lab = await lifecycleLab("process");
    const { world, scope, lifecycle } = lab;
    const options = { command: [process.execPath, "-e", DEAF], stopGrace: 0.2 };
    const subject = lab.subject(options);
    const before = await lab.create(subject);
    try {
      await until(() => started(lab.folder.path).length === 1);
      const restart = lifecycle.restart ?? expect.fail();
      const after = await restart({ ...subject, physical: before }, world, scope);
      expect(after["pid"]).not.toBe(before["pid"]);
      expect(isAlive(before["pid"])).toBe(false);
      expect(await lab.read({ ...subject, physical: after })).toMatchObject({
        marks: subject.marks,
        physical: after,
        progress: "running",
        differences: [],
      });
    } finally {
      await lab.remove(subject);
    }
  });

  it("is restarted wherever it was cut off, and runs once in the end", async () => {
    await using lab = await lifecycleLab("process");
    const { world, scope, lifecycle, folder } = lab;
    const options = { command: [process.execPath, "-e", DEAF], stopGrace: 0 };
    const subject = lab.subject(options);
    const before = await lab.create(subject);
    try {
      await until(() => started(folder.path).length === 1);
      const points = await killEverywhere(async (note) => {
        const known = { ...subject, physical: before };
        await lifecycle.restart?.(known, world, { ...scope, note });
      });
      expect(points).toBe(4);
      const live = await lab.read(subject);
      expect(live).toMatchObject({ progress: "running", marks: subject.marks });
      const pid = JSON.stringify(live?.physical["pid"]);
      await until(() => started(folder.path).includes(pid));
      expect(started(folder.path).filter(isAlive)).toEqual([pid]);
    } finally {
      await lab.remove(subject);
    }
  });

  it("that has ended is started; of another life it is left alone", async () => {
    await using lab = await lifecycleLab("process");
    const { world, scope, lifecycle } = lab;
    const restart = lifecycle.restart ?? expect.fail();
    const subject = lab.subject({ command: [process.execPath, "-e", DEAF], stopGrace: 0 });
    const { pid } = await restart(subject, world, scope);
    try {
      expect(isAlive(pid)).toBe(true);
      const marks = { ...subject.marks, instance: "fedcba9876543210" };
      expect(await errorOf(restart({ ...subject, marks }, world, scope))).toMatchObject({
        code: "resource-foreign",
      });
      expect(isAlive(pid)).toBe(true);
    } finally {
      await lab.remove(subject);
    }
  });
});

describe.runIf(hasPart("docker"))("a container of Docker", () => {
  // The first process of a container takes no signal that it has not asked for.
  const hanging = { command: ["sleep", "86400"], restartPolicy: "no" };

  async function deaf(lab: ContainerLab): Promise<{ readonly id: string; readonly at: string }> {
    const found = (await lab.inspect()) as unknown as {
      readonly Id: string;
      readonly State: { readonly StartedAt: string };
    } | null;
    if (found === null) return expect.fail("there is no container");
    return { id: found.Id, at: found.State.StartedAt };
  }

  it("that hangs is killed and started again, as the same one with its marks", async () => {
    await using lab = await containerLab();
    const subject = lab.subject(hanging);
    const physical = await lab.create(subject);
    const before = await deaf(lab);
    const restart = dockerLifecycle.restart ?? expect.fail();
    expect(await restart({ ...subject, physical }, lab.world, lab.scope())).toEqual(physical);
    const after = await deaf(lab);
    expect(after.id).toBe(before.id);
    expect(after.at).not.toBe(before.at);
    expect(await lab.read(subject)).toMatchObject({
      marks: subject.marks,
      physical,
      progress: "running",
      differences: [],
    });
  });

  it("is restarted wherever it was cut off, also when it is paused", async () => {
    await using lab = await containerLab();
    const subject = lab.subject({
      command: ["sh", "-c", "trap 'exit 0' TERM; sleep 86400 & wait"],
    });
    const physical = await lab.create(subject);
    await lab.post(`/containers/${lab.name}/pause`);
    const before = await deaf(lab);
    const points = await killEverywhere(async (note) => {
      await dockerLifecycle.restart?.({ ...subject, physical }, lab.world, lab.scope({ note }));
    });
    expect(points).toBe(3);
    expect(await lab.names()).toEqual(["*"]);
    expect((await deaf(lab)).at).not.toBe(before.at);
    expect(await lab.read(subject)).toMatchObject({ progress: "running", differences: [] });
  });

  it("of somebody else is left alone, and one that is gone is told", async () => {
    await using lab = await containerLab();
    const subject = lab.subject(hanging);
    const restart = dockerLifecycle.restart ?? expect.fail();
    expect(await errorOf(restart(subject, lab.world, lab.scope()))).toBeInstanceOf(DeployError);
    await lab.create(subject);
    const before = await deaf(lab);
    const other = lab.subject(hanging, { instance: "fedcba9876543210" });
    expect(await errorOf(restart(other, lab.world, lab.scope()))).toBeInstanceOf(DeployError);
    expect(await deaf(lab)).toEqual(before);
  });

  it("is restarted by an action of its own, in whatever state it is", async () => {
    await using lab = await containerLab();
    const { world, name } = lab;
    await lab.create(lab.subject(hanging));
    const before = await deaf(lab);
    const target = { container: { engine: "docker", name } } as const;
    const said = `container ${name} restarted`;
    expect(await act("restart-container", {}, { world, target })).toBe(said);
    const after = await deaf(lab);
    expect(after.id).toBe(before.id);
    expect(after.at).not.toBe(before.at);
    await lab.post(`/containers/${name}/kill`);
    expect(await act("restart-container", { container: name }, { world })).toBe(said);
    expect((await lab.inspect())?.State.Status).toBe("running");
    const missing = act("restart-container", { container: `${name}-x` }, { world });
    expect(await errorOf(missing)).toMatchObject({ message: `there is no container ${name}-x` });
    const late = act("restart-container", { container: name, timeout: "1ms" }, { world });
    expect((await errorOf(late)).message).toContain("took longer than 0.001 s");
    expect((await errorOf(act("restart-container", {}, { world }))).message).toContain("needs");
  });
});

describe.runIf(hasPart("supervisord", ["--version"]))("a program under supervisord", () => {
  it("is restarted wherever it was cut off, and no other one is touched", async () => {
    await using lab = await supervisorLab({ programs: OTHERS });
    await lab.until(() => isRunning(lab, "other"));
    const other = await pidOf(lab, "other");
    const subject = lab.subject();
    const physical = await lab.create(subject);
    await lab.until(() => isRunning(lab));
    const before = await pidOf(lab, "web");
    const points = await killEverywhere(async (note) => {
      const known = { ...subject, physical };
      const scope = lab.scope({ note });
      expect(await programLifecycle.restart?.(known, lab.world, scope)).toEqual(physical);
    });
    expect(points).toBe(3);
    await lab.until(() => isRunning(lab));
    expect(await pidOf(lab, "web")).not.toBe(before);
    expect(await pidOf(lab, "other")).toBe(other);
    expect((await lab.read(subject))?.marks).toEqual(MARKS);

    const marks = { ...MARKS, instance: "fedcba9876543210" };
    const foreign = programLifecycle.restart?.({ ...subject, marks }, lab.world, lab.scope());
    expect(await errorOf(foreign ?? expect.fail())).toMatchObject({ code: "resource-foreign" });
  });
});

// systemd itself does not run on the machines of these tests, so a stand-in takes its name on a real bus.
describe.runIf(hasPart("dbus-daemon", ["--version"]))("a service of systemd", () => {
  it("is restarted wherever it was cut off, and one of somebody else is left alone", async () => {
    await using lab = await systemdLab();
    const subject = await lab.subject({ content: "[Service]\nExecStart=/bin/one\n" });
    const physical: JsonObject = await lab.create(subject);
    const known = { ...subject, physical };
    const restart = serviceLifecycle.restart ?? expect.fail();
    lab.systemd.calls.length = 0;
    expect(await restart(known, lab.world, lab.scope())).toEqual(physical);
    const changes = lab.systemd.calls.filter((call) => !call.startsWith("ResetFailedUnit"));
    expect(changes).toEqual(["StopUnit web.service", "StartUnit web.service"]);
    const points = await killEverywhere((note) => restart(known, lab.world, lab.scope({ note })));
    expect(points).toBe(3);
    expect(await lab.read(known)).toMatchObject({ progress: "running", differences: [] });
    const marks = { ...subject.marks, instance: "fedcba9876543210" };
    lab.systemd.calls.length = 0;
    const foreign = restart({ ...known, marks }, lab.world, lab.scope());
    expect(await errorOf(foreign)).toMatchObject({ code: "resource-foreign" });
    expect(lab.systemd.calls).toEqual([]);
  });
});
