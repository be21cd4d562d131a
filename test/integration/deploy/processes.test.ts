import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { openDeployWorld } from "../../../src/app/deploy-world.ts";
import { parseIdentity } from "../../../src/adapters/system/proc-group.ts";
import { lifecycleLab, LAB_PROJECT, type LifecycleLab } from "../../support/lifecycle-lab.ts";

const NODE = process.execPath;

/** Writes `begun`, and goes on until it is told to end. */
const WAITING = `require("fs").writeFileSync("begun", process.argv[1] ?? ""); setInterval(() => 0, 1e6);`;

async function eventually(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    if (await what()) return;
    await sleep(20);
  }
  expect.fail("it never came to be");
}

// One that has ended may be there until somebody takes notice.
function isAlive(pid: unknown): boolean {
  try {
    const text = readFileSync(`/proc/${String(pid).trim()}/stat`, "utf8");
    return parseIdentity(text)?.hasEnded === false;
  } catch {
    return false;
  }
}

async function lab(): Promise<LifecycleLab> {
  return await lifecycleLab("process");
}

it("a process is started once, found again by its marks, and ended", async () => {
  await using process = await lab();
  const subject = process.subject({ command: [NODE, "-e", WAITING], stopGrace: 5 });
  expect(await process.read(subject)).toBeNull();
  const physical = await process.create(subject);
  try {
    // As after a kill: nobody has written down what was started.
    expect(await process.create(subject)).toEqual(physical);
    expect(await process.read(subject)).toMatchObject({
      marks: subject.marks,
      physical,
      isComplete: true,
      progress: "running",
      differences: [],
    });
    expect(
      await process.lifecycle.list?.(LAB_PROJECT, process.world, process.scope),
    ).toContainEqual({
      marks: subject.marks,
      physical,
    });
  } finally {
    await process.remove({ ...subject, physical });
  }
  expect(isAlive(physical["pid"])).toBe(false);
  expect(await process.read({ ...subject, physical })).toBeNull();
  await process.remove({ ...subject, physical });
});

it("another command, folder or variable is told, and starts another process; how to end it does not", async () => {
  await using process = await lab();
  const options = {
    command: [NODE, "-e", WAITING, "one"],
    envVars: { COLOUR: "red" },
    stopGrace: 5,
  };
  const physical = await process.create(process.subject(options));
  try {
    const calmer = process.subject({ ...options, stopGrace: 1, logMaxMb: 1 }, physical);
    expect((await process.read(calmer))?.differences).toEqual([]);
    expect(await process.update(calmer)).toEqual(physical);
    const other = process.subject(
      { ...options, command: [NODE, "-e", WAITING, "two"], envVars: { COLOUR: "blue", SIZE: "s" } },
      physical,
    );
    const fields = (await process.read(other))?.differences.map(({ field, live, wanted }) => [
      field,
      live,
      wanted,
    ]);
    expect(fields).toEqual([
      ["command", expect.stringContaining("one"), expect.stringContaining("two")],
      ["envVars.COLOUR", "red", "blue"],
      ["envVars.SIZE", null, "s"],
    ]);
    const next = await process.update(other);
    expect(next).not.toEqual(physical);
    expect(isAlive(physical["pid"])).toBe(false);
    await eventually(() => readBegun(process) === "two");
    expect((await process.read({ ...other, physical: next }))?.differences).toEqual([]);
  } finally {
    await process.remove(process.subject(options));
  }
});

function readBegun({ folder }: LifecycleLab): string | null {
  const path = `${folder.path}/begun`;
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

it("a secret is handed on, compared, and never shown", async () => {
  await using process = await lifecycleLab("process", { TOKEN: "hunter2-and-more" });
  const script = `console.log("token " + process.env.HUE); setInterval(() => 0, 1e6);`;
  const subject = process.subject({
    command: [NODE, "-e", script],
    envVars: { HUE: { secretEnv: "TOKEN" } },
    stopGrace: 1,
  });
  await process.create(subject);
  try {
    expect((await process.read(subject))?.differences).toEqual([]);
    await eventually(async () => (await process.diagnose(subject)).join().includes("token ***"));
    const other = process.subject({ ...subject.parameters, envVars: { HUE: "plain" } });
    const told = JSON.stringify((await process.read(other))?.differences);
    expect(told).toContain("envVars.HUE");
    expect(told).not.toContain("hunter2");
  } finally {
    await process.remove(subject);
  }
});

it("how a process ended is told, with the end of what it printed", async () => {
  await using process = await lab();
  const subject = process.subject({
    command: ["sh", "-c", "echo the disk is on fire >&2; exit 3"],
  });
  const physical = await process.create(subject);
  await eventually(async () => (await process.read(subject))?.progress === "failed");
  expect(await process.read({ ...subject, physical })).toMatchObject({
    progress: "failed",
    differences: [{ field: "running", live: "exited with 3", wanted: "running" }],
  });
  expect((await process.diagnose(subject)).join("\n")).toMatch(
    /exited with 3[\s\S]*the disk is on fire/u,
  );
  const well = process.subject({ command: ["true"] });
  await process.create(well);
  await eventually(async () => (await process.read(well))?.progress === "completed");
  // Whoever comes later, and is not its parent, knows it too.
  await using later = openDeployWorld({ root: process.folder.path });
  expect(await process.lifecycle.read(well, later, process.scope)).toMatchObject({
    progress: "completed",
    differences: [],
  });
});

it("a group is ended as a whole, and one that does not listen is killed", async () => {
  await using process = await lab();
  const script = `trap '' TERM; sleep 1000 & echo $! > child; wait; wait`;
  const subject = process.subject({ command: ["sh", "-c", script], stopGrace: 0.2 });
  const physical = await process.create(subject);
  const path = `${process.folder.path}/child`;
  await eventually(() => existsSync(path) && readFileSync(path, "utf8").endsWith("\n"));
  await process.remove({ ...subject, physical });
  expect(isAlive(physical["pid"])).toBe(false);
  expect(isAlive(readFileSync(path, "utf8"))).toBe(false);
});

it("what cannot be started is told with its reason, and leaves nothing", async () => {
  await using process = await lab();
  for (const [options, reason] of [
    [{ command: ["no-such-program-anywhere"] }, /no such program is in PATH/u],
    [{ command: ["true"], cwd: "nowhere" }, /working directory .* does not exist/u],
  ] as const) {
    const subject = process.subject(options);
    await expect(process.create(subject)).rejects.toThrow(reason);
    expect(await process.read(subject)).toBeNull();
  }
});

it("the log is rotated by copying and cutting it, while the process goes on writing", async () => {
  await using process = await lab();
  const script = `setInterval(() => console.log("x".repeat(100_000)), 1)`;
  const subject = process.subject({
    command: [NODE, "-e", script],
    logFile: "out.log",
    logMaxMb: 1,
    logKeep: 2,
    stopGrace: 0,
  });
  const physical = await process.create(subject);
  const size = (name: string): number =>
    statSync(`${process.folder.path}/${name}`, { throwIfNoEntry: false })?.size ?? 0;
  try {
    for (const name of ["out.log.1", "out.log.2"]) {
      await eventually(() => size("out.log") > 1024 * 1024);
      await process.read({ ...subject, physical });
      expect(size(name)).toBe(0);
      await process.update({ ...subject, physical });
      expect(size(name)).toBeGreaterThan(1024 * 1024);
    }
    await eventually(() => size("out.log") > 0);
  } finally {
    await process.remove(subject);
  }
  expect(existsSync(`${process.folder.path}/out.log.3`)).toBe(false);
});

it("a process with other marks at a recorded pid is never taken for it, nor ended", async () => {
  await using process = await lab();
  await using stranger = await lab();
  const other = stranger.subject({ command: [NODE, "-e", WAITING], stopGrace: 1 });
  const physical = await stranger.create(other);
  try {
    const subject = process.subject({ command: [NODE, "-e", WAITING], stopGrace: 1 }, physical);
    expect(await process.read(subject)).toBeNull();
    await process.remove(subject);
    expect(isAlive(physical["pid"])).toBe(true);
  } finally {
    await stranger.remove(other);
  }
});

it("commands make, check and take away, and a second time nothing is to be done", async () => {
  await using made = await lifecycleLab("command");
  const options = {
    check: ["test", "-e", "made"],
    apply: ["sh", "-c", "echo x >> made"],
    destroy: ["rm", "made"],
  };
  const subject = made.subject(options);
  expect(await made.read(subject)).toBeNull();
  await made.create(subject);
  expect(await made.read(subject)).toMatchObject({ marks: subject.marks, differences: [] });
  await made.remove(subject);
  expect(existsSync(`${made.folder.path}/made`)).toBe(false);
  expect(await made.read(subject)).toBeNull();
  // What carries no mark of ours is left alone.
  writeFileSync(`${made.folder.path}/made`, "");
  await made.remove(subject);
  expect(existsSync(`${made.folder.path}/made`)).toBe(true);
});

it("a command without a check is applied again when it is declared otherwise", async () => {
  await using made = await lifecycleLab("command");
  await made.create(made.subject({ apply: ["touch", "one"] }));
  expect((await made.read(made.subject({ apply: ["touch", "one"] })))?.differences).toEqual([]);
  const other = made.subject({ apply: ["touch", "two"] });
  expect((await made.read(other))?.differences).toHaveLength(1);
  await made.update(other);
  expect((await made.read(other))?.differences).toEqual([]);
});

it("a command that fails tells its end, without its secrets; one whose check still fails has not worked", async () => {
  await using made = await lifecycleLab("command", { TOKEN: "hunter2-and-more" });
  const failing = made.subject({
    apply: ["sh", "-c", 'echo "no such token: $TOKEN" >&2; exit 7'],
    envVars: { TOKEN: { secretEnv: "TOKEN" } },
  });
  const message = await made.create(failing).then(String, String);
  expect(message).toMatch(/apply command sh exited with 7[\s\S]*no such token: \*\*\*/u);
  expect(message).not.toContain("hunter2");
  const useless = made.subject({ check: ["false"], apply: ["true"] });
  await expect(made.create(useless)).rejects.toThrow(/check command false exited with 1/u);
});
