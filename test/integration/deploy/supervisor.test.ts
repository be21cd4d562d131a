import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { secret } from "../../../src/model/secret.ts";
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

const SECRET = 'p%s; ;x "#y';

program(
  "a program is made, is as it should be, and is removed; no other one is touched",
  async () => {
    await using lab = await supervisorLab({ programs: OTHERS });
    await lab.until(() => isRunning(lab, "other"));
    const other = await pidOf(lab, "other");
    const subject = lab.subject();
    expect(await lab.read(subject)).toBeNull();
    const physical = await lab.create(subject);
    const file = join(lab.folder, "clockwork-web.conf");
    expect(physical).toEqual({ program: "web", file });
    await lab.until(() => isRunning(lab));
    const known = lab.subject({}, { physical });
    expect(await lab.read(known)).toMatchObject({
      marks: MARKS,
      isComplete: true,
      progress: "running",
      differences: [],
      description: `program web, RUNNING, in ${file}`,
    });
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(readdirSync(lab.folder)).toEqual(["clockwork-web.conf"]);

    const pid = await pidOf(lab, "web");
    await lab.create(subject);
    await lab.update(known);
    expect(await pidOf(lab, "web")).toBe(pid);

    const { list } = programLifecycle;
    expect(await list?.(MARKS.project, lab.world, lab.scope())).toEqual([
      { marks: MARKS, physical },
    ]);
    await lab.remove(known);
    expect(await lab.read(known)).toBeNull();
    expect(readdirSync(lab.folder)).toEqual([]);
    expect([...(await lab.programs()).keys()].toSorted()).toEqual(["idle", "other"]);
    expect(await pidOf(lab, "other")).toBe(other);
    await lab.remove(known);
  },
);

program("what a program is given arrives as it is, whatever it holds", async () => {
  await using lab = await supervisorLab({ env: { PW: SECRET } });
  const args = ["50%", "%(here)s", "a ;b #c", "it's", '"q"', "", "\\", "x\ty", "ü→", ";", "$HOME"];
  const envVars = {
    PLAIN: "a,b=c",
    COMMENT: "x ;y #z",
    PERCENT: "100%(here)s%%",
    QUOTED: `{"a": 1}`,
    APOSTROPHE: "it's",
    EMPTY: "",
    SECRET: secret.env("PW"),
  };
  const command = ["/bin/sh", "-c", "exec sleep 1000", ...args];
  const subject = lab.subject({ command, envVars, cwd: "conf.d" });
  const physical = await lab.create(subject);
  await lab.until(() => isRunning(lab));
  const pid = await pidOf(lab, "web");
  const environment = givenTo(pid, "environ");
  for (const [name, value] of Object.entries({ ...envVars, SECRET } as Record<string, string>)) {
    expect(environment).toContain(`${name}=${value}`);
  }
  expect(
    await lab.read(lab.subject({ command, envVars, cwd: "conf.d" }, { physical })),
  ).toMatchObject({ differences: [] });
  expect(statSync(join(lab.folder, "clockwork-web.conf")).mode & 0o777).toBe(0o600);
  await lab.update(lab.subject({ command: ["/bin/sleep", "1000"], envVars }));
  await lab.until(() => isRunning(lab));
  expect(givenTo(await pidOf(lab, "web"), "cmdline")).toEqual(["/bin/sleep", "1000"]);
  // A shell that does not replace itself shows its arguments.
  const kept = ["/bin/sh", "-c", "sleep 1000; true", ...args];
  await lab.update(lab.subject({ command: kept, envVars }));
  await lab.until(() => isRunning(lab));
  expect(givenTo(await pidOf(lab, "web"), "cmdline")).toEqual(kept);
});

program("an update starts the one program anew, and leaves all others as they are", async () => {
  await using lab = await supervisorLab({
    programs: OTHERS,
    env: { PW: "hunter2", NEW: "hunter3" },
  });
  await lab.create(lab.subject({ envVars: { A_TOKEN: secret.env("PW"), PORT: "80" } }));
  await lab.until(async () => (await isRunning(lab)) && (await isRunning(lab, "other")));
  // Somebody else changes their own, and has not let supervisord take it over.
  writeFileSync(join(lab.folder, "theirs.conf"), "[program:theirs]\ncommand=/bin/sleep 1000\n");
  const [before, other] = [await pidOf(lab, "web"), await pidOf(lab, "other")];
  const next = lab.subject({
    command: ["sleep", "1001"],
    autoRestart: false,
    envVars: { A_TOKEN: secret.env("NEW"), MORE: "1" },
  });
  const live = await lab.read(next);
  expect(live?.differences).toEqual([
    { field: "command", live: "sleep 1000", wanted: "sleep 1001" },
    { field: "envVars.A_TOKEN", live: "***", wanted: "***" },
    { field: "envVars.MORE", live: null, wanted: "1" },
    { field: "envVars.PORT", live: "***", wanted: null },
    { field: "autoRestart", live: "true", wanted: "false" },
  ]);
  expect(JSON.stringify(live)).not.toContain("hunter");
  await lab.update(next);
  await lab.until(() => isRunning(lab));
  expect(await lab.read(next)).toMatchObject({ differences: [] });
  const after = await pidOf(lab, "web");
  expect(after).not.toBe(before);
  expect(givenTo(after, "environ")).toContain("A_TOKEN=hunter3");
  expect(await pidOf(lab, "other")).toBe(other);
  expect([...(await lab.programs()).keys()].toSorted()).toEqual(["idle", "other", "web"]);
  expect((await lab.programs()).get("idle")?.state).toBe("STOPPED");
});

program("one that was stopped by hand, or changed by hand, is told and mended", async () => {
  await using lab = await supervisorLab();
  const subject = lab.subject();
  const physical = await lab.create(subject);
  await lab.until(() => isRunning(lab));
  const address = { serverUrl: lab.supervisord.serverUrl, username: null, password: null };
  const control = await lab.world.supervisorControl();
  await control.stopAndRemove(address, "web", lab.scope().signal);
  expect(await lab.read(subject)).toMatchObject({ marks: MARKS, isComplete: false });
  await lab.update(subject);
  await lab.until(() => isRunning(lab));

  const file = join(lab.folder, "clockwork-web.conf");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, `${text.replace("autorestart=true", "autorestart=false")}priority=5\n`);
  expect(await lab.read(subject)).toMatchObject({
    differences: [
      { field: "autoRestart", live: "false", wanted: "true" },
      { field: "priority", live: "set by hand", wanted: null },
    ],
  });
  await lab.update(subject);
  expect(readFileSync(file, "utf8")).toBe(text);

  // Its file is gone, and supervisord runs it still.
  await lab.until(() => isRunning(lab));
  rmSync(file);
  expect(await lab.read(lab.subject({}, { physical }))).toBeNull();
  expect(await lab.read(subject)).toMatchObject({ marks: null });
  await lab.create(lab.subject({ command: ["sleep", "1002"] }));
  await lab.until(() => isRunning(lab));
  expect(givenTo(await pidOf(lab, "web"), "cmdline")).toEqual(["sleep", "1002"]);
  rmSync(file);
  await lab.remove(lab.subject({}, { physical }));
  expect((await lab.programs()).size).toBe(0);
});

program("one that does not stay is told as failed, with why, and without secrets", async () => {
  await using lab = await supervisorLab({ env: { PW: "hunter2" } });
  const script = 'echo "cannot bind with $A_TOKEN" >&2; exit 3';
  const options = { command: ["/bin/sh", "-c", script], envVars: { A_TOKEN: secret.env("PW") } };
  const subject = lab.subject(options);
  await lab.create(subject);
  await lab.until(async () => (await lab.read(subject))?.progress === "failed");
  expect(await lab.read(subject)).toMatchObject({
    isComplete: true,
    differences: [
      {
        field: "running",
        live: "FATAL: Exited too quickly (process log may have details)",
        wanted: "RUNNING",
      },
    ],
  });
  const lines = await programLifecycle.diagnose?.(subject, lab.world, lab.scope());
  expect(lines?.[0]).toBe("web: FATAL: Exited too quickly (process log may have details)");
  expect(lines).toContain("cannot bind with ***");
  expect(JSON.stringify(lines)).not.toContain("hunter2");
  await lab.remove(subject);
  expect(await lab.read(subject)).toBeNull();
});

program(
  "a program that is not there, and one that supervisord cannot read, are told and leave nothing",
  async () => {
    await using lab = await supervisorLab();
    const missing = lab.subject({ command: ["/nowhere/no-such"] });
    await expect(lab.create(missing)).rejects.toMatchObject({
      name: "DeployError",
      message: "supervisord cannot start web: can't find command '/nowhere/no-such'",
    });
    await lab.remove(missing);
    expect(await lab.read(missing)).toBeNull();

    const nobody = lab.subject({ user: "no-such-account" });
    await expect(lab.create(nobody)).rejects.toThrow(
      /cannot read its configuration: .*no-such-account/u,
    );
    expect(readdirSync(lab.folder)).toEqual([]);
    const problems = await programLifecycle.verify?.(
      lab.subject({
        user: "no-such-account",
        command: ["no-such-program"],
        envVars: { A_KEY: secret.env("NONE") },
      }),
      null,
      lab.world,
      lab.scope(),
    );
    expect(problems).toMatchObject([
      { property: "envVars.A_KEY" },
      { property: "user", message: "no account is called no-such-account" },
      { property: "command" },
    ]);
    const none = await programLifecycle.verify?.(lab.subject(), null, lab.world, lab.scope());
    expect(none).toEqual([]);
  },
);

program("an update that supervisord cannot read leaves the one before as it was", async () => {
  await using lab = await supervisorLab();
  await lab.create(lab.subject());
  await lab.until(() => isRunning(lab));
  const pid = await pidOf(lab, "web");
  const text = readFileSync(join(lab.folder, "clockwork-web.conf"), "utf8");
  await expect(lab.update(lab.subject({ user: "no-such-account" }))).rejects.toThrow("cannot read");
  expect(readFileSync(join(lab.folder, "clockwork-web.conf"), "utf8")).toBe(text);
  expect(await pidOf(lab, "web")).toBe(pid);
});
