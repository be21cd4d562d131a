import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { until } from "../support/supervised.ts";
import { oddSeconds, pidsWith, upProject, WATCHING_MS, type UpProject } from "../support/up-lab.ts";

/** Declares what must be there, and what is done about it. */
function queue(options: string): string {
  return `import { HostResource } from "clockwork/resources";
import { FileExistsAssert } from "clockwork/assertions";
import { RunCommandAction } from "clockwork/actions";
const wait = "echo once >> tried; until test -e go; do sleep 0.05; done; touch well";
const repair = [new RunCommandAction({ command: ["/bin/sh", "-c", wait], attempts: 3 })];
new HostResource({ name: "queue", assertions: [new FileExistsAssert({ path: "well" })], ${options} });
`;
}

const check = (project: UpProject): Promise<unknown> =>
  project.ask((control) => control.checkNow("queue"));

// Counters are stored a moment after each look.
function storedFailures(folder: string): unknown {
  using database = new DatabaseSync(join(folder, ".clockwork/state.db"), { readOnly: true });
  const row = database.prepare("SELECT document FROM watches WHERE resource = 'queue'").get();
  return (JSON.parse(String(row?.["document"])) as { failures: unknown }).failures;
}

it(
  "clockwork up goes on counting where it was when it was killed",
  async () => {
    // Nobody looks but for those who ask.
    await using project = upProject(queue("checkInterval: 36000, retryInterval: 36000"));
    project.write("well", "");
    const first = project.up();
    await first.until(/\/queue unknown -> healthy/u);
    rmSync(join(project.path, "well"));
    await check(project);
    await first.until(/\/queue failing 1 of 3/u);
    await check(project);
    await project.untilResource("queue", ({ state }) => state.failures === 2, "failing 2 of 3");
    await until(() => storedFailures(project.path) === 2, "what was counted is stored");
    await first.crash();
    const second = project.up();
    await second.until(/\[failure\] \S+ queue is unhealthy/u);
    expect(await second.stop()).toBe(0);
    // It is known already, and told once.
    const third = project.up();
    await third.until(/\/queue unknown -> unhealthy/u);
    expect(third.count(/\[failure\]/u)).toBe(0);
    const { events } = await project.ask((control) => control.explain("queue"));
    expect(events.filter(({ type }) => type === "incident_opened")).toHaveLength(1);
    project.write("well", "");
    await check(project);
    await check(project);
    await third.until(/\[resolved\] \S+ queue /u);
    expect(await third.stop()).toBe(0);
  },
  WATCHING_MS,
);

it(
  "clockwork up finds a repair interrupted that was under way when it was killed, and counts it",
  async () => {
    const options = `checkInterval: "200ms", reconcile: true, repair`;
    await using project = upProject(queue(options));
    project.write("well", "");
    const first = project.up();
    await first.until(/\/queue unknown -> healthy/u);
    rmSync(join(project.path, "well"));
    await first.until(/\/queue repair started: run-command, attempt 1/u);
    await until(() => project.has("tried"), "tried");
    await first.crash();
    const second = project.up();
    await second.until(/\/queue repair started: run-command, attempt 2/u);
    const during = await project.ask((control) => control.explain("queue"));
    expect(during.repairs).toMatchObject([
      { attempt: 2, outcome: null },
      { attempt: 1, outcome: "interrupted" },
    ]);
    expect(during.state.repair).toMatchObject({ attempts: 2, tried: [2] });
    project.write("go", "");
    await second.until(/\[resolved\] \S+ queue was repaired by 2 attempts/u);
    expect(await second.stop()).toBe(0);
  },
  WATCHING_MS,
);

it(
  "clockwork up never leaves two processes, whenever it is killed while it repairs",
  async () => {
    const seconds = oddSeconds();
    await using project = upProject(`import { ProcessResource } from "clockwork/resources";
new ProcessResource({ name: "worker", command: ["/bin/sleep", "${seconds}"], reconcile: true, checkInterval: 1 });
`);
    for (const delayMs of [0, 20, 60]) {
      const up = project.up();
      await until(async () => {
        const { state } = await project.resource("worker");
        // Before its first look it tells what was last known.
        const isRunning = pidsWith(seconds).length > 0;
        return isRunning && state.health === "healthy" && state.sync === "in_sync";
      }, "well");
      const pids = pidsWith(seconds);
      expect(pids).toHaveLength(1);
      for (const pid of pids) process.kill(pid, "SIGKILL");
      await up.until(/\/worker repair started: /u);
      // Somewhere in the repair, wherever that is on this machine.
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await up.crash();
      expect(pidsWith(seconds).length).toBeLessThan(2);
    }
    const last = project.up();
    await project.untilResource("worker", ({ state }) => state.health === "healthy", "well");
    await until(() => pidsWith(seconds).length > 0, "it runs");
    expect(pidsWith(seconds)).toHaveLength(1);
    expect(await last.stop()).toBe(0);
  },
  WATCHING_MS,
);
