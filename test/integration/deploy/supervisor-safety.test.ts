import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { killEverywhere } from "../../support/git-lab.ts";
import { hasPart } from "../../support/parts.ts";
import {
  MARKS,
  OTHERS,
  givenTo,
  isRunning,
  pidOf,
  programLifecycle,
  supervisorLab,
} from "../../support/supervisor-lab.ts";

const program = it.runIf(hasPart("supervisord", ["--version"]));

program("what somebody else wrote is left alone", async () => {
  await using lab = await supervisorLab();
  const theirs = join(lab.folder, "theirs.conf");
  writeFileSync(theirs, "[program:web]\ncommand=/bin/sleep 1000\n");
  const subject = lab.subject();
  expect(await lab.read(subject)).toMatchObject({ marks: null, progress: "stopped" });
  await expect(lab.create(subject)).rejects.toMatchObject({
    code: "resource-foreign",
    message: expect.stringContaining(theirs) as string,
  });
  await expect(lab.update(subject)).rejects.toMatchObject({ code: "resource-foreign" });
  await lab.remove(subject);
  expect(readFileSync(theirs, "utf8")).toContain("[program:web]");
  rmSync(theirs);

  // Of another project, in our place; and one without marks, whose owner gives it away.
  await lab.create(subject);
  const file = join(lab.folder, "clockwork-web.conf");
  const others = lab.subject({}, { marks: { ...MARKS, instance: "f".repeat(16) } });
  await expect(lab.create(others)).rejects.toMatchObject({ code: "resource-foreign" });
  await lab.remove(others);
  expect(existsSync(file)).toBe(true);
  writeFileSync(file, "; clockwork {}\n[program:web]\ncommand=sleep 1000\n");
  expect(await lab.read(subject)).toMatchObject({ marks: null });
  await expect(lab.create(subject)).rejects.toMatchObject({ code: "resource-foreign" });
  await lab.update(subject);
  expect(await lab.read(subject)).toMatchObject({ marks: MARKS, differences: [] });
});

program("killed between any two effects, it is driven on", async () => {
  await using lab = await supervisorLab({ programs: OTHERS });
  await lab.until(() => isRunning(lab, "other"));
  const other = await pidOf(lab, "other");
  const subject = lab.subject();
  expect(await killEverywhere((note) => lab.create(subject, { note }))).toBe(2);
  await lab.until(() => isRunning(lab));
  const next = lab.subject({ command: ["sleep", "1001"] });
  expect(await killEverywhere((note) => lab.update(next, { note }))).toBe(3);
  await lab.until(() => isRunning(lab));
  expect(givenTo(await pidOf(lab, "web"), "cmdline")).toEqual(["sleep", "1001"]);
  expect(await lab.read(next)).toMatchObject({ isComplete: true, differences: [] });
  expect(await killEverywhere((note) => lab.remove(next, { note }))).toBe(2);
  expect(await lab.read(next)).toBeNull();
  expect(readdirSync(lab.folder)).toEqual([]);
  expect(await pidOf(lab, "other")).toBe(other);
});

program(
  "killed after its section was written, it is not complete, and can be removed",
  async () => {
    await using lab = await supervisorLab();
    const subject = lab.subject();
    const note = (): void => {
      throw new Error("killed");
    };
    await expect(lab.create(subject, { note })).rejects.toThrow("killed");
    expect(await lab.read(subject)).toMatchObject({
      marks: MARKS,
      isComplete: false,
      progress: "stopped",
    });
    await lab.remove(subject);
    expect(await lab.read(subject)).toBeNull();
    // A file that was not even complete.
    writeFileSync(join(lab.folder, ".clockwork-web.conf.clockwork-new"), "[prog");
    expect(await lab.read(subject)).toBeNull();
    await lab.remove(subject);
    expect(readdirSync(lab.folder)).toEqual([]);
  },
);

program("without a folder that is included, it says what to add", async () => {
  await using lab = await supervisorLab({ include: null });
  const config = join(lab.supervisord.folder, "supervisord.conf");
  const lines = `${config} includes none`;
  const verify = (options: object): unknown =>
    programLifecycle.verify?.(lab.subject(options), null, lab.world, lab.scope());
  expect(await verify({})).toMatchObject([
    {
      property: "configFolder",
      message: expect.stringContaining(lines) as string,
      hint: expect.stringContaining("[include] and files = ") as string,
    },
  ]);
  await expect(lab.create(lab.subject())).rejects.toThrow(lines);
  // One that supervisord does not read.
  await expect(lab.create(lab.subject({ configFolder: "conf.d" }))).rejects.toMatchObject({
    message: `supervisord does not read ${join(lab.folder, "clockwork-web.conf")}`,
    hint: expect.stringContaining(`files = ${lab.folder}/*.conf`) as string,
  });
  expect(readdirSync(lab.folder)).toEqual([]);
  writeFileSync(config, `${readFileSync(config, "utf8")}\n[include]\nfiles = conf.d/*.ini\n`);
  await lab.create(lab.subject());
  expect(readdirSync(lab.folder)).toEqual(["clockwork-web.ini"]);
});

program("one that moves to another folder is found in the one before", async () => {
  await using lab = await supervisorLab({ include: "conf.d/*.conf more/*.conf" });
  const physical = await lab.create(lab.subject());
  const moved = lab.subject({ configFolder: "more" }, { physical });
  expect(await lab.read(moved)).toMatchObject({ marks: MARKS, physical });
  await lab.update(moved);
  expect(readdirSync(lab.folder)).toEqual([]);
  expect(await lab.read(moved)).toMatchObject({
    physical: { file: join(lab.supervisord.folder, "more", "clockwork-web.conf") },
    differences: [],
  });
});

program(
  "a folder that may not be written to, and a supervisord that is gone, are told",
  async () => {
    await using lab = await supervisorLab();
    writeFileSync(join(lab.supervisord.folder, "file"), "");
    const inFile = lab.subject({ configFolder: "file" });
    await expect(lab.create(inFile)).rejects.toMatchObject({ name: "DeployError" });
    chmodSync(lab.folder, 0o755);
    const subject = lab.subject();
    await lab.supervisord.stop();
    await expect(lab.read(subject)).rejects.toMatchObject({ name: "ObservationError" });
    await expect(lab.create(subject)).rejects.toMatchObject({ name: "ObservationError" });
    expect(readdirSync(lab.folder)).toEqual([]);
  },
);

program("all of it ends when it is told to", async () => {
  await using lab = await supervisorLab();
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(lab.create(lab.subject(), { signal })).rejects.toThrow("enough");
  expect(readdirSync(lab.folder)).toEqual([]);
});
