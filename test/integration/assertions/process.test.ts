import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { shown } from "../../support/assert-kind.ts";
import { testFolder, type TestFolder } from "../../support/folder.ts";
import { watchLeftovers, type Leftovers } from "../../support/leftovers.ts";
import { needProgram } from "../../support/programs.ts";

// Processes are listed by the kernel, which neither hangs nor refuses: there is no erring or hanging case of a list. What does
// hang is a process, and that is no reason not to see it.

/** A name that no other process has. */
const NAME = `cw-${String(process.pid)}`;

let folder: TestFolder;
let leftovers: Leftovers;
let running: ChildProcess;
let stopped: ChildProcess;

beforeAll(async () => {
  folder = testFolder();
  copyFileSync(needProgram("sleep"), join(folder.path, NAME));
  leftovers = watchLeftovers();
  running = await started("1000");
  stopped = await started("1001");
  stopped.kill("SIGSTOP");
});
afterAll(async () => {
  for (const child of [running, stopped]) {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }
  folder[Symbol.dispose]();
  await leftovers.expectNone();
});

async function started(seconds: string): Promise<ChildProcess> {
  const child = spawn(join(folder.path, NAME), [seconds], { stdio: "ignore" });
  await once(child, "spawn");
  return child;
}

function pids(...children: readonly ChildProcess[]): string {
  return children.map(({ pid }) => String(pid)).join(", ");
}

describe.concurrent("ProcessRunningAssert", () => {
  const kind = "process-running";
  it("passes for a process that runs, by name, pattern or its resource's command", async ({
    expect,
  }) => {
    const both = ["pass", "at least 1 process", `2 processes (pid ${pids(running, stopped)})`];
    expect(await shown(kind, { name: NAME })).toEqual(both);
    const first = `1 process (pid ${pids(running)})`;
    const pattern = new RegExp(`${NAME} 1000$`);
    expect(await shown(kind, { pattern })).toEqual(["pass", "at least 1 process", first]);
    const target = { command: [join(folder.path, NAME), "1000"] };
    expect(await shown(kind, {}, { target })).toEqual(["pass", "at least 1 process", first]);
  });
  it("passes for one that hangs: it runs all the same", async ({ expect }) => {
    const seen = await shown(kind, { pattern: new RegExp(`${NAME} 1001$`) });
    expect(seen).toEqual(["pass", "at least 1 process", `1 process (pid ${pids(stopped)})`]);
  });
  it("fails when none or too few run", async ({ expect }) => {
    const none = await shown(kind, { name: `${NAME}-none` });
    expect(none).toEqual(["fail", "at least 1 process", "no process"]);
    const few = await shown(kind, { name: NAME, minCount: 3 });
    const actual = `2 processes (pid ${pids(running, stopped)})`;
    expect(few).toEqual(["fail", "at least 3 processes", actual]);
  });
});

describe.concurrent("ProcessNotRunningAssert", () => {
  const kind = "process-not-running";
  it("passes when none runs", async ({ expect }) => {
    const seen = await shown(kind, { name: `${NAME}-none` });
    expect(seen).toEqual(["pass", "no process", "no process"]);
  });
  it("fails when one runs, even if it hangs", async ({ expect }) => {
    const seen = await shown(kind, { pattern: new RegExp(`${NAME} 1001$`) });
    expect(seen).toEqual(["fail", "no process", `1 process (pid ${pids(stopped)})`]);
  });
});
