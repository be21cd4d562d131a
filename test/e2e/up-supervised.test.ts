import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { expect, it } from "vitest";
import { BIN, start } from "../support/cli.ts";
import { testFolder } from "../support/folder.ts";
import { hasPart } from "../support/parts.ts";
import { needProgram } from "../support/programs.ts";
import { startServer } from "../support/server.ts";
import { countIn, pidOf, programsOf, until } from "../support/supervised.ts";
import { startSupervisord } from "../support/supervisord.ts";
import { upProject, WATCHING_MS } from "../support/up-lab.ts";
import { exchange } from "../support/wire.ts";

const hasSupervisord = hasPart("supervisord");
const ROOT = join(import.meta.dirname, "../..");
const EXAMPLE = join(ROOT, "examples/supervisord-up");

it.runIf(hasSupervisord)(
  "clockwork up starts a program again that supervisord does not, and leaves its neighbour alone",
  async () => {
    const program = (name: string): string =>
      `[program:${name}]\ncommand=/bin/sleep 86400\nautorestart=false\nstartsecs=0\n`;
    await using supervisord = await startSupervisord({
      programs: `${program("worker")}${program("other")}`,
    });
    const { serverUrl } = supervisord;
    await using project = upProject(`
import { RestartSupervisorProgramAction } from "clockwork/actions";
import { SupervisorProgramResource } from "clockwork/resources";
const serverUrl = "${serverUrl}";
const repair = [new RestartSupervisorProgramAction({ supervisorProgramName: "worker", serverUrl })];
new SupervisorProgramResource({ name: "worker", serverUrl, reconcile: true, checkInterval: 1, repair });
new SupervisorProgramResource({ name: "other", serverUrl, checkInterval: 1 });
`);
    const up = project.up();
    await up.until(/\/worker unknown -> healthy/u);
    const [worker, other] = [await pidOf(serverUrl, "worker"), await pidOf(serverUrl, "other")];
    process.kill(worker, "SIGKILL");
    await up.until(/\[failure\] \S+ worker is unhealthy: .*EXITED/u);
    await up.until(/\[resolved\] \S+ worker was repaired by 1 attempt/u);
    expect(await pidOf(serverUrl, "worker")).not.toBe(worker);
    expect(await pidOf(serverUrl, "other")).toBe(other);
    // What is not to be reconciled stays as it is.
    process.kill(other, "SIGKILL");
    await up.until(/\[failure\] \S+ other is unhealthy: .*EXITED/u);
    await project.ask((control) => control.checkNow("other"));
    expect((await programsOf(serverUrl)).get("other")?.state).toBe("EXITED");
    // supervisord that is gone is no failure of its programs.
    await supervisord.stop();
    await up.until(/\/worker (?:could not be checked|healthy -> unknown)/u);
    expect(up.count(/\/worker repair started/u)).toBe(1);
    expect(await up.stop()).toBe(0);
  },
  WATCHING_MS,
);

it.runIf(hasSupervisord)(
  "examples/supervisord-up: supervisord starts, reloads, restarts and stops clockwork up",
  async () => {
    using folder = testFolder();
    for (const name of ["supervisord.conf", "main.ts", "package.json"]) {
      cpSync(join(EXAMPLE, name), join(folder.path, name));
    }
    mkdirSync(join(folder.path, "node_modules/.bin"), { recursive: true });
    symlinkSync(ROOT, join(folder.path, "node_modules/clockwork"));
    const bin = join(folder.path, "node_modules/.bin/clockwork");
    writeFileSync(bin, `#!/bin/sh\nexec ${process.execPath} ${BIN} "$@"\n`, { mode: 0o755 });
    const socket = join(folder.path, "supervisor.sock");
    const serverUrl = `unix://${socket}`;
    const config = join(folder.path, "supervisord.conf");
    const path = [dirname(bin), dirname(process.execPath), process.env["PATH"] ?? ""];
    const program = needProgram("supervisord");
    await using supervisord = await startServer({
      command: ["/usr/bin/env", `PATH=${path.join(delimiter)}`, program, "--configuration", config],
      stopTimeoutMs: 40_000,
      isReady: async () => {
        await exchange({ path: socket }, "GET / HTTP/1.0\r\n\r\n", /^HTTP/u);
        return true;
      },
    });
    const log = join(folder.path, "clockwork.log");
    const control = async (...args: string[]): Promise<void> => {
      const { stdout } = await start(needProgram("supervisorctl"), ["-c", config, ...args])
        .finished;
      expect(stdout).not.toMatch(/ERROR/u);
    };
    await until(() => countIn(log, /\/worker unknown -> healthy/gu) === 1, "it watches");
    const worker = await pidOf(serverUrl, "worker");
    await control("signal", "KILL", "worker");
    await until(() => countIn(log, /\[resolved\] \S+ worker was repaired/gu) === 1, "repaired");
    expect(await pidOf(serverUrl, "worker")).not.toBe(worker);

    const clockwork = await pidOf(serverUrl, "clockwork");
    await control("signal", "HUP", "clockwork");
    await until(() => countIn(log, / reloaded: watching 2 resources/gu) === 1, "reloaded");
    expect(await pidOf(serverUrl, "clockwork")).toBe(clockwork);

    await control("signal", "KILL", "clockwork");
    await until(() => countIn(log, /\/worker unknown -> healthy/gu) === 2, "it watches again");
    expect(await pidOf(serverUrl, "clockwork")).not.toBe(clockwork);
    rmSync(join(folder.path, "motd.txt"));
    await until(() => countIn(log, /\[resolved\] \S+ motd was repaired/gu) === 1, "repaired");

    await control("stop", "clockwork");
    const stopped = (await programsOf(serverUrl)).get("clockwork");
    expect(stopped).toMatchObject({ state: "STOPPED", exitCode: 0 });
    expect((await programsOf(serverUrl)).get("worker")).toMatchObject({ state: "RUNNING" });
    expect(supervisord.output()).not.toContain("FATAL");
  },
  WATCHING_MS,
);
