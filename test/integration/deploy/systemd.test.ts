import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { killEverywhere } from "../../support/git-lab.ts";
import { hasPart } from "../../support/parts.ts";
import { MARKS, serviceLifecycle, systemdLab } from "../../support/systemd-lab.ts";

// systemd itself does not run on the machines of these tests, so a stand-in takes its name on a real bus.
const service = it.runIf(hasPart("dbus-daemon", ["--version"]));

const INSTALL = "\n[Install]\nWantedBy=multi-user.target\n";
const ONE = `[Service]\nExecStart=/bin/one\n${INSTALL}`;
const TWO = `[Service]\nExecStart=/bin/two\n${INSTALL}`;

service("a service is made, is as it should be, and is removed", async () => {
  await using lab = await systemdLab();
  const subject = await lab.subject({ content: ONE });
  expect(await lab.read(subject)).toBeNull();
  const path = join(lab.folder, "web.service");
  const physical = await lab.create(subject);
  expect(physical).toEqual({ unit: "web.service", path });
  const text = readFileSync(path, "utf8");
  expect(text).toBe(`# clockwork ${JSON.stringify(MARKS)}\n${ONE}`);
  expect(lab.systemd.runningText("web.service")).toBe(text);
  expect(lab.systemd.isEnabled("web.service")).toBe(true);
  expect(await lab.read(subject)).toMatchObject({
    marks: MARKS,
    isComplete: true,
    progress: "running",
    differences: [],
    description: `unit web.service, active (running), from ${path}`,
  });

  const calls = lab.systemd.calls.length;
  await lab.create(subject);
  await lab.update(subject);
  expect(lab.systemd.calls).toHaveLength(calls);
  const { list } = serviceLifecycle;
  expect(await list?.(MARKS.project, lab.world, lab.scope())).toEqual([{ marks: MARKS, physical }]);

  await lab.remove(subject);
  expect(await lab.read(subject)).toBeNull();
  expect(readdirSync(lab.folder)).toEqual([]);
  expect(lab.systemd.runningText("web.service")).toBeNull();
  expect(lab.systemd.isEnabled("web.service")).toBe(false);
  await lab.remove(subject);
});

service("a changed file starts it anew, other changes do not", async () => {
  await using lab = await systemdLab();
  writeFileSync(join(lab.root, "web.unit"), ONE);
  await lab.create(await lab.subject({ source: "web.unit" }));
  const disabled = await lab.subject({ source: "web.unit", enabled: false });
  expect((await lab.read(disabled))?.differences).toEqual([
    { field: "enabled", live: "true", wanted: "false" },
  ]);
  lab.systemd.calls.length = 0;
  await lab.update(disabled);
  expect(lab.systemd.calls).toEqual(["DisableUnitFiles web.service", "Reload"]);

  writeFileSync(join(lab.root, "web.unit"), TWO);
  const next = await lab.subject({ source: "web.unit" });
  expect((await lab.read(next))?.differences).toMatchObject([
    { field: "source", live: expect.stringMatching(/^\d+ bytes, SHA-256 /u) as string },
    { field: "enabled" },
  ]);
  await lab.update(next);
  expect(lab.systemd.runningText("web.service")).toContain("/bin/two");
  expect(lab.systemd.isEnabled("web.service")).toBe(true);
  expect(await lab.read(next)).toMatchObject({ differences: [], isComplete: true });
  await expect(lab.subject({ source: "nowhere.unit" })).rejects.toMatchObject({
    name: "InvalidOption",
    property: "source",
  });
});

service("one that was stopped, ended or changed by hand is told and mended", async () => {
  await using lab = await systemdLab();
  const subject = await lab.subject({ content: ONE });
  const physical = await lab.create(subject);
  lab.systemd.end("web.service", 0);
  expect(await lab.read(subject)).toMatchObject({
    progress: "stopped",
    differences: [{ field: "running", live: "inactive", wanted: "active" }],
  });
  await lab.update(subject);
  lab.systemd.end("web.service", 3);
  expect(await lab.read(subject)).toMatchObject({
    progress: "failed",
    differences: [{ field: "running", live: "failed" }],
  });
  const lines = await serviceLifecycle.diagnose?.(subject, lab.world, lab.scope());
  expect(lines?.[0]).toContain("unit web.service, failed (exit-code, status 3)");
  await lab.update(subject);

  const path = join(lab.folder, "web.service");
  writeFileSync(path, readFileSync(path, "utf8").replace("one", "one --more"));
  expect(await lab.read(subject)).toMatchObject({
    marks: MARKS,
    isComplete: false,
    differences: [{ field: "content" }],
  });
  await lab.update(subject);
  expect(await lab.read(subject)).toMatchObject({ differences: [], isComplete: true });

  // Its file is gone, and it runs still.
  rmSync(path);
  const known = { ...subject, physical };
  expect(await lab.read(known)).toBeNull();
  expect(await lab.read(subject)).toMatchObject({ marks: null });
  await lab.create(await lab.subject({ content: TWO }));
  expect(lab.systemd.runningText("web.service")).toContain("/bin/two");
  rmSync(path);
  await lab.remove(known);
  expect(lab.systemd.runningText("web.service")).toBeNull();
});

service("one that does not start, and a file that is none of a unit, are told", async () => {
  await using lab = await systemdLab();
  const failing = await lab.subject({ content: "[Service]\nExecStart=/bin/false\n" });
  await expect(lab.create(failing)).rejects.toMatchObject({
    name: "DeployError",
    message: "web.service failed to start: exit-code, status 1",
  });
  expect(await lab.read(failing)).toMatchObject({ progress: "failed", marks: MARKS });
  await lab.remove(failing);
  expect(await lab.read(failing)).toBeNull();

  const bad = await lab.subject({ content: "[Service]\nExec=/bin/one\n" });
  await expect(lab.create(bad)).rejects.toThrow(
    "systemd would not start web.service: Unit web.service has a bad",
  );
  await lab.remove(bad);
  const none = await lab.subject({ content: "ExecStart=/bin/one" });
  const { verify } = serviceLifecycle;
  expect(await verify?.(none, null, lab.world, lab.scope())).toMatchObject([
    { property: "content", message: expect.stringContaining("no section [Service]") as string },
  ]);
  expect(await verify?.(failing, null, lab.world, lab.scope())).toEqual([]);
});

service("one that runs to its end is complete, and is run again when it changes", async () => {
  await using lab = await systemdLab();
  const options = { content: "[Service]\nType=oneshot\nExecStart=/bin/one\n" };
  const subject = await lab.subject(options);
  await lab.create(subject);
  expect(await lab.read(subject)).toMatchObject({ progress: "completed", differences: [] });
  const next = await lab.subject({ content: options.content.replace("one\n", "two\n") });
  lab.systemd.calls.length = 0;
  await lab.update(next);
  expect(lab.systemd.calls).toContain("StartUnit web.service");
});

service(
  "a unit of somebody else, or of a package, is left alone until it is given away",
  async () => {
    await using lab = await systemdLab();
    const path = join(lab.folder, "web.service");
    writeFileSync(path, ONE);
    const subject = await lab.subject({ content: TWO });
    expect(await lab.read(subject)).toMatchObject({
      marks: null,
      differences: [{ field: "content" }, { field: "enabled" }, { field: "running" }],
    });
    await expect(lab.create(subject)).rejects.toMatchObject({ code: "resource-foreign" });
    await lab.remove(subject);
    expect(readFileSync(path, "utf8")).toBe(ONE);

    const live = await lab.read(subject);
    if (live === null) throw new Error("it is gone");
    const captured = await serviceLifecycle.capture?.(subject, live, lab.world, lab.scope());
    await lab.update(subject);
    expect(await lab.read(subject)).toMatchObject({ marks: MARKS, differences: [] });
    await serviceLifecycle.restore?.(subject, captured ?? {}, lab.world, lab.scope());
    expect(readFileSync(path, "utf8")).toBe(ONE);
    expect([lab.systemd.isEnabled("web.service"), lab.systemd.runningText("web.service")]).toEqual([
      false,
      null,
    ]);
    rmSync(path);

    writeFileSync(join(lab.packaged, "web.service"), ONE);
    expect(await lab.read(subject)).toMatchObject({ marks: null });
    await expect(lab.create(subject)).rejects.toMatchObject({
      code: "resource-foreign",
      message: expect.stringContaining(join(lab.packaged, "web.service")) as string,
    });
    rmSync(join(lab.packaged, "web.service"));
    symlinkSync("/dev/null", path);
    expect(await lab.read(subject)).toMatchObject({ marks: null });
    await expect(lab.update(subject)).rejects.toMatchObject({ code: "resource-foreign" });
    rmSync(path);

    await lab.create(subject);
    const others = { ...subject, marks: { ...MARKS, instance: "f".repeat(16) } };
    await expect(lab.create(others)).rejects.toMatchObject({ code: "resource-foreign" });
    await lab.remove(others);
    expect(await lab.read(subject)).toMatchObject({ marks: MARKS, differences: [] });
  },
);

service("killed between any two effects, it is driven on", async () => {
  await using lab = await systemdLab();
  const subject = await lab.subject({ content: ONE });
  expect(await killEverywhere((note) => lab.create(subject, { note }))).toBeGreaterThanOrEqual(2);
  expect(await lab.read(subject)).toMatchObject({ isComplete: true, differences: [] });
  const next = await lab.subject({ content: TWO, enabled: false });
  expect(await killEverywhere((note) => lab.update(next, { note }))).toBeGreaterThanOrEqual(3);
  expect(lab.systemd.runningText("web.service")).toContain("/bin/two");
  expect(await lab.read(next)).toMatchObject({ isComplete: true, differences: [] });
  expect(await killEverywhere((note) => lab.remove(next, { note }))).toBe(3);
  expect(await lab.read(next)).toBeNull();
  expect(readdirSync(lab.folder)).toEqual([]);
});

service("killed after its file was written, it is not complete, and can be removed", async () => {
  await using lab = await systemdLab();
  const subject = await lab.subject({ content: ONE });
  const note = (): void => {
    throw new Error("killed");
  };
  await expect(lab.create(subject, { note })).rejects.toThrow("killed");
  expect(await lab.read(subject)).toMatchObject({
    marks: MARKS,
    progress: "stopped",
    differences: [{ field: "enabled" }, { field: "running" }],
  });
  await lab.remove(subject);
  writeFileSync(join(lab.folder, ".web.service.clockwork-new"), "[Serv");
  expect(await lab.read(subject)).toBeNull();
  await lab.remove(subject);
  expect(readdirSync(lab.folder)).toEqual([]);
});

service("all of it ends when it is told to", async () => {
  await using lab = await systemdLab();
  const signal = AbortSignal.abort(new Error("enough"));
  const subject = await lab.subject({ content: ONE });
  await expect(lab.create(subject, { signal })).rejects.toThrow("enough");
  expect(readdirSync(lab.folder)).toEqual([]);
});
