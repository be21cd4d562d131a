import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { expect, it } from "vitest";
import { testFolder } from "../../support/folder.ts";
import { hasPart } from "../../support/parts.ts";
import { freePort } from "../../support/ports.ts";
import { needProgram } from "../../support/programs.ts";
import { startServer } from "../../support/server.ts";
import { countIn, pidOf, until } from "../../support/supervised.ts";
import { exchange } from "../../support/wire.ts";

const hasSupervisord = hasPart("supervisord");
const ROOT = join(import.meta.dirname, "../../..");
const EXAMPLE = join(ROOT, "examples/supervisord");

it.runIf(hasSupervisord)(
  "examples/supervisord: a monitor that supervisord itself restarts keeps the other programs at work",
  async () => {
    using folder = testFolder();
    for (const name of ["supervisord.conf", "monitor.ts", "api.js", "worker.js", "package.json"]) {
      cpSync(join(EXAMPLE, name), join(folder.path, name));
    }
    mkdirSync(join(folder.path, "node_modules"));
    symlinkSync(ROOT, join(folder.path, "node_modules/clockwork"));
    const port = await freePort();
    const socket = join(folder.path, "supervisor.sock");
    const serverUrl = `unix://${socket}`;
    const config = join(folder.path, "supervisord.conf");
    const path = `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`;
    const settings = [`PATH=${path}`, `API_PORT=${String(port)}`, "INTERVAL_SECONDS=0.5"];
    await using supervisord = await startServer({
      command: ["/usr/bin/env", ...settings, needProgram("supervisord"), "--configuration", config],
      stopTimeoutMs: 20_000,
      isReady: async () => {
        await exchange({ path: socket }, "GET / HTTP/1.0\r\n\r\n", /^HTTP/u);
        return true;
      },
    });
    const log = join(folder.path, "monitor.log");
    const recovered = (): number => countIn(log, /\[ApiHealth\] recovered/gu);
    const answer = async (): Promise<number> =>
      (await fetch(`http://127.0.0.1:${String(port)}/`, { signal: AbortSignal.timeout(2_000) }))
        .status;
    await until(async () => (await answer()) === 200, "the service answers");
    await until(() => countIn(log, /monitor started: 3 tasks/gu) === 1, "the monitor runs");
    const cleaner = await pidOf(serverUrl, "workers:cleaner");

    process.kill(await pidOf(serverUrl, "api"), "SIGKILL");
    await until(() => recovered() === 1, "the service was restarted");

    const monitor = await pidOf(serverUrl, "monitor");
    process.kill(monitor, "SIGKILL");
    await until(async () => (await pidOf(serverUrl, "monitor")) !== monitor, "another monitor");
    await until(() => countIn(log, /monitor started: 3 tasks/gu) === 2, "it runs");
    await fetch(`http://127.0.0.1:${String(port)}/hanging`, { method: "POST" });
    await until(() => recovered() === 2, "what hung was restarted");
    const mailer = await pidOf(serverUrl, "workers:mailer");
    process.kill(mailer, "SIGKILL");
    await until(
      async () => (await pidOf(serverUrl, "workers:mailer")) !== mailer,
      "the worker was started again",
    );

    expect(supervisord.output()).not.toContain("FATAL");
    expect(await pidOf(serverUrl, "workers:cleaner")).toBe(cleaner);
    // The example lets only one of them restart each program.
    expect(readFileSync(log, "utf8")).not.toContain("by itself, too");
  },
  240_000,
);
