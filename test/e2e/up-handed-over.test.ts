import { expect, it } from "vitest";
import { startCli } from "../support/cli.ts";
import { until } from "../support/supervised.ts";
import { oddSeconds, pidsWith, upProject, WATCHING_MS } from "../support/up-lab.ts";

const IMPORTS = `import { CommandResource, FileResource, ProcessResource } from "clockwork/resources";
import { FileExistsAssert } from "clockwork/assertions";
void [CommandResource, FileResource, ProcessResource, FileExistsAssert];
`;

it(
  "clockwork up carries out apply, rollback and destroy for others, and makes nothing again that was destroyed",
  async () => {
    const seconds = oddSeconds();
    const declared = (content: string): string => `${IMPORTS}
new FileResource({ name: "motd", path: "motd.txt", content: "${content}\\n", reconcile: true });
new ProcessResource({ name: "worker", command: ["/bin/sleep", "${seconds}"], reconcile: true, checkInterval: 1 });
`;
    await using project = upProject(declared("one"));
    const up = project.up();
    await up.until(/\/motd unknown -> healthy/u);
    const refused = await project.run("up");
    expect(refused).toMatchObject({ code: 3, stdout: "" });
    expect(refused.stderr).toMatch(new RegExp(`clockwork up[^]*${String(up.pid)}`, "u"));

    project.write("main.ts", declared("two"));
    await up.until(/ pending changes: .*motd: update: content/u);
    const applied = await project.run("apply", "--yes");
    expect(applied).toMatchObject({ code: 0 });
    expect(applied.stderr).toMatch(/motd: updating\nmotd: updated in /u);
    expect(applied.stdout).toMatch(/\nDeployed as version 2 in /u);
    expect(project.read("motd.txt")).toBe("two\n");
    expect((await project.run("apply", "--yes")).stdout).toMatch(/^Nothing to do/u);

    const back = await project.run("rollback", "1", "--yes");
    expect(back).toMatchObject({ code: 0 });
    expect(project.read("motd.txt")).toBe("one\n");
    await up.until(/ deployed: version 3: /u);
    // What was rolled back stays so.
    up.signal("SIGHUP");
    await up.until(/ reloaded: /u);
    expect(project.read("motd.txt")).toBe("one\n");

    const [pid] = pidsWith(seconds);
    const destroyed = await project.run("destroy", "--yes", "--target", "worker");
    expect(destroyed).toMatchObject({ code: 0 });
    expect(pidsWith(seconds)).toEqual([]);
    await up.until(/ deployed: version 4: /u);
    up.signal("SIGHUP");
    await up.until(/ reloaded: watching 1 resource\n/u);
    expect(pidsWith(seconds)).toEqual([]);
    // Nor after a stop, or a crash.
    await up.crash();
    const second = project.up();
    await second.until(/\/motd unknown -> healthy/u);
    expect(pidsWith(seconds)).toEqual([]);
    expect((await project.status()).pendingChanges.join("\n")).toMatch(
      /worker: create: was destroyed/u,
    );
    expect(await project.run("apply", "--yes")).toMatchObject({ code: 0 });
    await second.until(/\/worker unknown -> healthy/u);
    expect(pidsWith(seconds)).toHaveLength(1);
    expect(pidsWith(seconds)).not.toEqual([pid]);

    const all = await project.run("destroy", "--yes");
    expect(all).toMatchObject({ code: 0 });
    expect(all.stdout).toMatch(/Destroyed as version \d+ in /u);
    expect(project.has("motd.txt")).toBe(false);
    expect((await project.status()).resources).toEqual([]);
    expect(await second.stop()).toBe(0);
  },
  WATCHING_MS,
);

it(
  "clockwork apply has the exit codes of a deploy when clockwork up carries it out, and interrupts it there",
  async () => {
    const motd = `new FileResource({ name: "motd", path: "motd.txt", content: "one\\n" });\n`;
    const slow = (script: string): string => `new CommandResource({
  name: "slow",
  check: ["test", "-e", "done"],
  apply: ["sh", "-c", "${script}"],
  assertions: [new FileExistsAssert({ path: "done" })],
});
`;
    await using project = upProject(`${IMPORTS}${motd}`);
    const up = project.up("--no-apply");
    await up.until(/ pending changes: .*motd: create/u);
    expect(project.has("motd.txt")).toBe(false);
    project.write("main.ts", `${IMPORTS}${motd}${slow("echo no luck >&2; exit 3")}`);
    await up.until(/ pending changes: .* and 1 more/u);
    const failed = await project.run("apply", "--yes");
    expect(failed.code).toBe(1);
    expect(failed.stdout + failed.stderr).toContain("no luck");

    project.write(
      "main.ts",
      `${IMPORTS}${motd}${slow("touch begun; until test -e go; do sleep 0.05; done; touch done")}`,
    );
    await up.until(/ reloaded: /u);
    const running = startCli(["apply", "--yes"], { cwd: project.path });
    await until(() => project.has("begun"), "begun");
    running.child.kill("SIGINT");
    expect((await running.finished).code).toBe(130);
    project.write("go", "");
    expect(await project.run("apply", "--yes")).toMatchObject({ code: 0 });
    await up.until(/\/slow unknown -> healthy/u);
    expect(await up.stop()).toBe(0);
  },
  WATCHING_MS,
);
