import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { oddSeconds, pidsWith, upProject, WATCHING_MS } from "../support/up-lab.ts";

/** A process that needs a file, something that needs the process, and files with other policies. */
function declared(seconds: string): string {
  return `import { FileResource, HostResource, ProcessResource } from "clockwork/resources";
import { FileExistsAssert } from "clockwork/assertions";
const motd = new FileResource({ name: "motd", path: "motd.txt", content: "hello\\n", reconcile: true });
const worker = new ProcessResource({
  name: "worker",
  command: ["/bin/sleep", "${seconds}"],
  reconcile: true,
  dependsOn: [motd],
  checkInterval: 1,
});
new HostResource({
  name: "needing",
  dependsOn: [worker],
  assertions: [new FileExistsAssert({ path: "motd.txt" })],
});
new FileResource({ name: "told", path: "told.txt", content: "told\\n" });
new FileResource({ name: "alerted", path: "alerted.txt", content: "alerted\\n", reconcile: true, onDrift: "alert" });
`;
}

it(
  "clockwork up makes what is declared, and mends what is killed, edited or removed, once, telling of it once",
  async () => {
    const seconds = oddSeconds();
    await using project = upProject(declared(seconds));
    const up = project.up();
    await up.until(/Deployed as version 1 /u);
    for (const name of ["motd", "worker", "needing", "told", "alerted"]) {
      await project.untilResource(name, ({ state }) => state.health === "healthy", `${name} well`);
    }
    const [pid, ...others] = pidsWith(seconds);
    expect(others).toEqual([]);

    process.kill(pid ?? 0, "SIGKILL");
    await up.until(/\[failure\] \S+: worker is unhealthy: .*was ended by SIGKILL/u);
    await up.until(/\/worker repair ended: reconcile helped/u);
    await up.until(/\[resolved\] \S+: worker was repaired by 1 attempt /u);
    const again = pidsWith(seconds);
    expect(again).toHaveLength(1);
    expect(again).not.toEqual([pid]);

    appendFileSync(join(project.path, "motd.txt"), "and more\n");
    await up.until(/\[drift\] \S+: motd is not as it was deployed: content/u);
    await up.until(/\[resolved\] \S+: motd /u);
    expect(project.read("motd.txt")).toBe("hello\n");
    rmSync(join(project.path, "motd.txt"));
    await up.until(/\[failure\] \S+: motd is unhealthy/u);
    await up.until(/\[resolved\] \S+: motd /u);
    expect(project.read("motd.txt")).toBe("hello\n");

    expect(up.count(/\[failure\] \S+ worker/u)).toBe(1);
    expect(up.count(/\[resolved\] \S+ worker/u)).toBe(1);
    const { repairs, events } = await project.ask((control) => control.explain("worker"));
    expect(repairs).toMatchObject([{ action: "reconcile", outcome: "repaired", attempt: 1 }]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "incident_closed", text: "failure: repaired" }),
    );
    // What was well was not touched.
    expect((await project.ask((control) => control.explain("needing"))).repairs).toEqual([]);
    expect(await up.stop()).toBe(0);
    expect(pidsWith(seconds)).toEqual(again);
  },
  WATCHING_MS,
);

it(
  "clockwork up only tells of what is not to be reconciled, until somebody asks for a repair",
  async () => {
    await using project = upProject(declared(oddSeconds()));
    const up = project.up();
    await up.until(/\/told unknown -> healthy/u);
    await project.untilResource("alerted", ({ state }) => state.health === "healthy", "well");
    appendFileSync(join(project.path, "told.txt"), "edited\n");
    appendFileSync(join(project.path, "alerted.txt"), "edited\n");
    for (const name of ["told", "alerted"]) {
      await project.untilResource(name, ({ incidents }) => incidents.length > 0, "an incident");
      // Looks that come later change nothing either.
      await project.ask((control) => control.checkNow(name));
      expect(project.read(`${name}.txt`)).toContain("edited");
      const { repairs, next, state } = await project.ask((control) => control.explain(name));
      expect(repairs).toEqual([]);
      expect(state).toMatchObject({ health: "healthy", sync: "drifted" });
      const why = name === "told" ? "reconcile is off" : "onDrift is alert";
      expect(next.join("\n")).toContain(`it is not corrected: ${why}`);
    }
    expect(up.count(/\[drift\] \S+ told /u)).toBe(1);
    rmSync(join(project.path, "told.txt"));
    await up.until(/\[failure\] \S+: told is unhealthy/u);
    await project.ask((control) => control.checkNow("told"));
    expect(project.has("told.txt")).toBe(false);

    expect(await project.run("repair", "told")).toMatchObject({ code: 0 });
    expect(project.read("told.txt")).toBe("told\n");
    expect(await project.run("repair", "alerted")).toMatchObject({ code: 0 });
    expect(project.read("alerted.txt")).toBe("alerted\n");
    await up.until(/\[resolved\] \S+: told /u);
    expect(await up.stop()).toBe(0);
  },
  WATCHING_MS,
);

it(
  "clockwork up gives up when nothing helps, says so once, and tries again when somebody asks for it",
  async () => {
    await using project = upProject(`import { HostResource } from "clockwork/resources";
import { FileExistsAssert } from "clockwork/assertions";
import { RunCommandAction } from "clockwork/actions";
new HostResource({
  name: "queue",
  assertions: [new FileExistsAssert({ path: "well" })],
  checkInterval: "200ms",
  reconcile: true,
  repair: [new RunCommandAction({ command: ["/bin/sh", "-c", "echo once >> tried; test ! -e may || touch well"], attempts: 2 })],
});
`);
    project.write("well", "");
    const tried = (): number => project.read("tried").split("\n").length - 1;
    const up = project.up();
    await up.until(/\/queue unknown -> healthy/u);
    rmSync(join(project.path, "well"));
    await up.until(/\/queue failing 1 of 3: /u);
    await up.until(/\/queue repair started: run-command, attempt 1/u);
    await up.until(/\/queue repair ended: run-command did not help/u);
    await up.until(/\/queue repair started: run-command, attempt 2/u);
    await up.until(/\[gave_up\] \S+ queue could not be repaired: 2 attempts/u);
    expect(tried()).toBe(2);
    const { state, next } = await project.ask((control) => control.explain("queue"));
    expect(state).toMatchObject({ health: "unhealthy", repair: { hasGivenUp: true } });
    expect(next.join("\n")).toContain("no more is tried: given up after 2 attempts");
    // Whatever else is seen: it stays with that.
    for (let looks = 0; looks < 5; looks += 1) {
      await project.ask((control) => control.checkNow("queue"));
    }
    expect(tried()).toBe(2);
    expect(up.count(/\[gave_up\]/u)).toBe(1);

    // What is asked for and does not help is told as that.
    const inVain = await project.run("repair", "queue");
    expect(inVain.code).toBe(1);
    await project.untilResource("queue", (status) => status.state.repair.hasGivenUp, "given up");
    expect(tried()).toBeGreaterThan(2);
    project.write("may", "");
    expect(await project.run("repair", "queue")).toMatchObject({ code: 0 });
    await up.until(/\[resolved\] \S+ queue was repaired/u);
    expect(up.count(/\[failure\]/u)).toBe(1);
    expect(up.count(/\[resolved\]/u)).toBe(1);
    expect(await up.stop()).toBe(0);
  },
  WATCHING_MS,
);
