import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { HealthMonitor, type MonitoredTask } from "../../../src/monitor.ts";
import { hasPart } from "../../support/parts.ts";
import { freePort } from "../../support/ports.ts";
import { countIn, pidOf, programsOf, until } from "../../support/supervised.ts";
import { startSupervisord } from "../../support/supervisord.ts";

const hasSupervisord = hasPart("supervisord");
const EXAMPLE = join(import.meta.dirname, "../../../examples/supervisord");

/** Programs as supervisord has them: three servers, what was given up before it began, a group, and one that nobody touches. */
function programs(ports: readonly number[]): string {
  const [killed = 0, hanging = 0, ill = 0] = ports;
  const node = process.execPath;
  const server = (name: string, port: number): string => `
[program:${name}]
command=${node} ${join(EXAMPLE, "api.js")}
environment=API_PORT="${String(port)}"
autorestart=false
stopwaitsecs=2
`;
  return `
${server("killed", killed)}
${server("hanging", hanging)}
${server("ill", ill)}
[program:fatal]
command=/bin/sh -c "test -e %(here)s/may-run && exec sleep 1000; exit 3"
autorestart=false
startretries=0
[program:hopeless]
command=/bin/sh -c "exit 3"
autorestart=false
startretries=0
[program:mailer]
command=/bin/sleep 1000
autorestart=false
[program:cleaner]
command=/bin/sleep 1000
autorestart=false
[group:workers]
programs=mailer,cleaner
[program:bystander]
command=/bin/sleep 1000
`;
}

function tasksFor(ports: readonly number[], serverUrl: string): readonly MonitoredTask[] {
  const task = (name: string, more: Partial<MonitoredTask>): MonitoredTask => ({
    name,
    processName: name,
    checkIntervalSeconds: 0.5,
    checkType: "supervisor_program",
    checkConfig: { server_url: serverUrl },
    actionOnFailure: "restart_supervisor_program",
    actionConfig: { server_url: serverUrl },
    consecutiveFailuresThreshold: 2,
    ...more,
  });
  const served = (name: string, port: number | undefined): MonitoredTask =>
    task(name, {
      checkType: "http_get",
      checkConfig: { url: `http://127.0.0.1:${String(port)}/`, timeout: 5 },
    });
  return [
    served("killed", ports[0]),
    served("hanging", ports[1]),
    { ...served("ill", ports[2]), checkTimeoutSeconds: 20 },
    task("fatal", {}),
    task("hopeless", {}),
    task("mailer", { processName: "workers:mailer" }),
    task("bystander", {}),
  ];
}

it.runIf(hasSupervisord)(
  "HealthMonitor restarts exactly what was killed, hangs, answers 500, was given up, or is in a group",
  async () => {
    const ports = [await freePort(), await freePort(), await freePort()];
    const quiet = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    await using supervisord = await startSupervisord({ programs: programs(ports) });
    const { serverUrl, folder } = supervisord;
    const logFile = join(folder, "monitor.log");
    const states = new Map<string, unknown>();
    const ending = new AbortController();
    const monitor = new HealthMonitor({
      monitoredTasks: tasksFor(ports, serverUrl),
      baseLoggerName: "Test",
      logFile,
      onEvent: ({ type, resource, data }) => {
        if (type === "health_changed" && resource !== null) states.set(resource, data["to"]);
      },
    });
    const isHealthy = (...names: readonly string[]): boolean =>
      names.every((name) => states.get(name) === "healthy");
    const acted = (name: string): number =>
      countIn(logFile, new RegExp(`\\[${name}\\] action restart_supervisor_program ended`, "gu"));
    const given = new Set(["fatal", "hopeless"]);
    const failed = (name: string): number =>
      countIn(logFile, new RegExp(`\\[${name}\\] action restart_supervisor_program failed`, "gu"));
    await until(
      async () =>
        [...(await programsOf(serverUrl))].every(
          ([name, { state }]) => state === (given.has(name) ? "FATAL" : "RUNNING"),
        ),
      "all programs started, and two were given up",
    );
    // What kept it from starting is mended; supervisord does not try again by itself.
    writeFileSync(join(folder, "may-run"), "");
    const pidsBefore = await pidsOf(serverUrl);
    const running = monitor.run({ signal: ending.signal });
    try {
      await until(() => isHealthy("killed", "hanging", "ill", "mailer"), "all is well");
      await until(() => acted("fatal") === 1 && isHealthy("fatal"), "it was started again");
      // It could not start: that was tried, and told.
      await until(() => failed("hopeless") === 1, "the action on it failed");

      process.kill(await pidOf(serverUrl, "killed"), "SIGKILL");
      process.kill(await pidOf(serverUrl, "workers:mailer"), "SIGKILL");
      await fetch(`http://127.0.0.1:${String(ports[1])}/hanging`, { method: "POST" });
      await fetch(`http://127.0.0.1:${String(ports[2])}/ill`, { method: "POST" });
      const broken = ["killed", "hanging", "ill", "mailer"];
      await until(() => broken.every((name) => acted(name) === 1), "all were restarted");
      await until(() => isHealthy(...broken), "all are well again");
    } finally {
      ending.abort();
      await running;
      quiet.mockRestore();
    }
    const pidsAfter = await pidsOf(serverUrl);
    for (const name of ["killed", "hanging", "ill", "workers:mailer"]) {
      expect(pidsAfter.get(name), name).not.toBe(pidsBefore.get(name));
    }
    for (const name of ["workers:cleaner", "bystander"]) {
      expect(pidsAfter.get(name), name).toBe(pidsBefore.get(name));
    }
    expect(acted("bystander")).toBe(0);
    // Once per outage: it stayed unhealthy all along.
    expect(countIn(logFile, /\[hopeless\] action restart_supervisor_program started/gu)).toBe(1);
    expect(countIn(logFile, /- ERROR - Test - \[killed\] marked unhealthy/gu)).toBe(1);
    expect(countIn(logFile, /- INFO - Test - \[killed\] recovered/gu)).toBe(1);
  },
  240_000,
);

async function pidsOf(serverUrl: string): Promise<ReadonlyMap<string, number | null>> {
  return new Map([...(await programsOf(serverUrl))].map(([name, { pid }]) => [name, pid]));
}
