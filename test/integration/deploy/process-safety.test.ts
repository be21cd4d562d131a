import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { parseIdentity } from "../../../src/adapters/system/proc-group.ts";
import type { Subject } from "../../../src/model/lifecycle.ts";
import { lifecycleLab } from "../../support/lifecycle-lab.ts";
import { hasPart } from "../../support/parts.ts";

const WAITING = ["sleep", "1000000"];

async function eventually(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    if (await what()) return;
    await sleep(20);
  }
  expect.fail("it never came to be");
}

function isAlive(pid: unknown): boolean {
  try {
    const text = readFileSync(`/proc/${String(pid).trim()}/stat`, "utf8");
    return parseIdentity(text)?.hasEnded === false;
  } catch {
    return false;
  }
}

/** As the engine asks for something of which it has no record. */
function unrecorded(subject: Subject): Subject {
  const nobody = { project: "00000000-0000-0000-0000-000000000000", instance: "0".repeat(16) };
  return { ...subject, physical: null, marks: { ...subject.marks, ...nobody } };
}

// redis-server writes its title over its environment, as nginx and PostgreSQL do.
it.skipIf(!hasPart("redis"))(
  "a program that writes over its marks is found again, and ended",
  async () => {
    await using process = await lifecycleLab("process");
    const socket = `${process.folder.path}/redis.sock`;
    const command = ["redis-server", "--port", "0", "--unixsocket", socket, "--save", ""];
    const subject = process.subject({ command, envVars: { COLOUR: "red" }, stopGrace: 10 });
    const physical = await process.create(subject);
    try {
      await eventually(() => existsSync(socket));
      const environ = `/proc/${Number(physical["pid"]).toString()}/environ`;
      // It names itself soon after it has begun to listen.
      await eventually(() => !readFileSync(environ, "utf8").includes("CLOCKWORK_PROJECT"));
      for (const each of [{ ...subject, physical }, subject]) {
        expect(await process.read(each)).toMatchObject({ physical, progress: "running" });
        expect((await process.read(each))?.differences).toEqual([]);
        expect(await process.create(each)).toEqual(physical);
      }
      expect(await process.read(unrecorded(subject))).toMatchObject({
        marks: subject.marks,
        physical,
      });
      const other = process.subject({ command, envVars: { COLOUR: "blue" }, stopGrace: 10 });
      const next = await process.update({ ...other, physical });
      expect(next).not.toEqual(physical);
      expect(isAlive(physical["pid"])).toBe(false);
      await process.remove(other);
      expect(isAlive(next["pid"])).toBe(false);
      expect(await process.read({ ...other, physical: next })).toBeNull();
    } finally {
      await process.remove({ ...subject, physical });
    }
  },
);

it("a process of which there is no record is found by its project's folder, and not started twice", async () => {
  await using process = await lifecycleLab("process");
  await using stranger = await lifecycleLab("process");
  const subject = process.subject({ command: WAITING, stopGrace: 1 });
  const physical = await process.create(subject);
  try {
    const found = await process.read(unrecorded(subject));
    expect(found).toMatchObject({ marks: subject.marks, physical });
    const again = { ...subject, marks: { ...subject.marks, instance: "f".repeat(16) } };
    await expect(process.create(again)).rejects.toThrow(/another life .*recorded/u);
    expect(await stranger.read(unrecorded(stranger.subject({ command: WAITING })))).toBeNull();
  } finally {
    await process.remove(subject);
  }
});

it("a recorded pid that somebody else has by now is neither taken nor ended", async () => {
  await using process = await lifecycleLab("process");
  const subject = process.subject({ command: WAITING, stopGrace: 0 });
  const physical = await process.create(subject);
  await process.remove(subject);
  const stranger = spawn("sleep", ["1000000"], { stdio: "ignore" });
  try {
    await once(stranger, "spawn");
    const reused = { ...subject, physical: { ...physical, pid: stranger.pid ?? 0 } };
    expect(await process.read(reused)).toBeNull();
    await process.remove(reused);
    expect(isAlive(stranger.pid)).toBe(true);
  } finally {
    stranger.kill("SIGKILL");
    await once(stranger, "exit");
  }
});

it("a process whose secret is not there any more is still seen, and ended; it is not started anew", async () => {
  await using process = await lifecycleLab("process", { TOKEN: "hunter2-and-more" });
  const options = {
    command: WAITING,
    envVars: { TOKEN: { secretEnv: "TOKEN" } },
    stopGrace: 1,
  };
  const physical = await process.create(process.subject(options));
  const lost = { ...options, envVars: { TOKEN: { secretEnv: "NO_SUCH_TOKEN" } } };
  const subject = process.subject(lost, physical);
  try {
    expect(await process.read(subject)).toMatchObject({ progress: "running", physical });
    await expect(
      process.update(process.subject({ ...lost, command: ["sleep", "2"] }, physical)),
    ).rejects.toThrow("NO_SUCH_TOKEN");
    expect(isAlive(physical["pid"])).toBe(true);
    const problems = await process.lifecycle.verify?.(subject, null, process.world, process.scope);
    expect(problems).toMatchObject([{ property: "envVars.TOKEN" }]);
  } finally {
    await process.remove(subject);
  }
  expect(isAlive(physical["pid"])).toBe(false);
});

it("what a process leaves behind is told, and ended before another one is started", async () => {
  await using process = await lifecycleLab("process");
  const script = "setsid sleep 1000000 & echo $! > child; sleep 0.2";
  const subject = process.subject({ command: ["sh", "-c", script], stopGrace: 1 });
  const physical = await process.create(subject);
  const child = (): string => readFileSync(`${process.folder.path}/child`, "utf8");
  try {
    await eventually(() => !isAlive(physical["pid"]));
    const live = await process.read({ ...subject, physical });
    expect(live).toMatchObject({ isComplete: false, progress: "failed" });
    expect(live?.differences.map(({ field }) => field)).toEqual(["running"]);
    expect((await process.diagnose({ ...subject, physical })).join()).toContain("foreground");
    const left = child();
    expect(isAlive(left)).toBe(true);
    await process.update({ ...subject, physical });
    expect(isAlive(left)).toBe(false);
  } finally {
    await process.remove(subject);
  }
  expect(isAlive(child())).toBe(false);
});
