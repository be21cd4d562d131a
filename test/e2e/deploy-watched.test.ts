import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { BIN, start } from "../support/cli.ts";
import { deployProject, MANY_RUNS_MS } from "../support/deploy-project.ts";
import { hasPart } from "../support/parts.ts";

/** `script` gives a program a terminal. */
const hasTerminal = hasPart("script", ["--version"]);

/** A project that makes nothing: what is only looked at has versions too. */
function watched(path: string): string {
  return `import { HostResource } from "clockwork/resources";
import { FileExistsAssert } from "clockwork/assertions";
const holds = (path: string) => [new FileExistsAssert({ path })];
const disk = new HostResource({ name: "disk", assertions: holds("/etc/hosts") });
new HostResource({ name: "web", dependsOn: [disk], assertions: holds("${path}") });
`;
}

it(
  "clockwork plan writes nothing, and apply needs somebody who agrees",
  async () => {
    using project = deployProject(watched("main.ts"));
    const planned = await project.run("plan", "--detailed-exitcode");
    expect(planned).toMatchObject({ code: 2, stderr: "" });
    expect(planned.stdout).toMatch(
      /\+ disk \(host\) \(watched only\)[^]*\+ web [^]*\nPlan: 2 to create\.\n$/u,
    );
    expect(existsSync(join(project.path, ".clockwork"))).toBe(false);
    const asked = await project.run("apply", "--format", "json");
    expect(asked.code).toBe(3);
    expect(asked.stderr).toContain("(confirmation-needed)");
    expect(JSON.parse(asked.stdout)).toMatchObject({ status: "confirmation-needed" });
    expect(await project.run("history")).toMatchObject({ stdout: "Nothing was deployed yet.\n" });
    const applied = await project.run("apply", "--yes");
    expect(applied).toMatchObject({ code: 0 });
    expect(applied.stdout).toMatch(
      /\nDeployed as version 1 in \S+: 2 created\.\nclockwork\.yaml was written/u,
    );
    expect(await project.run("apply")).toEqual({
      code: 0,
      stdout: "Nothing to do: 2 resources unchanged.\n",
      stderr: "",
    });
  },
  MANY_RUNS_MS,
);

it(
  "clockwork apply carries out a plan that was kept, once",
  async () => {
    using project = deployProject(watched("main.ts"));
    const kept = await project.run("plan", "--out", "plan.json");
    expect(kept.stderr).toContain("clockwork apply plan.json does just that");
    expect(await project.run("apply", "plan.json", "--yes")).toMatchObject({ code: 0 });
    const stale = await project.run("apply", "plan.json", "--yes");
    expect(stale).toMatchObject({ code: 3, stdout: "" });
    expect(stale.stderr).toMatch(/\(plan-stale\)\n {2}hint: plan again\n$/u);
    const none = await project.run("apply", "main.ts", "--yes");
    expect(none).toMatchObject({ code: 78, stdout: "" });
    expect(none.stderr).toMatch(/\(plan-invalid\)[^]*Nothing was changed\.\n$/u);
    const both = await project.run("apply", "plan.json", "--target", "web");
    expect(both).toMatchObject({ code: 78, stdout: "" });
  },
  MANY_RUNS_MS,
);

it(
  "clockwork history, show, diff, rollback, destroy, refresh and lock need no main.ts",
  async () => {
    using project = deployProject(watched("main.ts"));
    await project.run("apply", "--yes");
    project.write("main.ts", watched("clockwork.yaml"));
    await project.run("apply", "--yes");
    rmSync(join(project.path, "main.ts"));
    const history = await project.run("history", "--limit", "1", "--format", "json");
    expect(JSON.parse(history.stdout)).toMatchObject({ versions: [{ number: 2 }] });
    expect((await project.run("show", "2")).stdout).toMatch(/^Version 2\n[^]*✓ web: updated in /u);
    const unknown = await project.run("show", "9");
    expect(unknown).toMatchObject({ code: 78, stdout: "" });
    const compared = await project.run("diff", "1", "2");
    expect(compared.stdout).toMatch(/~ web \(host\): changed\n[^]*\n1 changed\.\n$/u);
    expect(await project.run("refresh")).toMatchObject({ code: 0, stdout: "2 in sync.\n" });
    expect(await project.run("lock", "status")).toMatchObject({ code: 0, stdout: "free\n" });
    const asked = await project.run("destroy");
    expect(asked.code).toBe(3);
    expect(asked.stdout).toMatch(/- web [^]*- disk [^]*Plan: 2 to delete\.\n$/u);
    const destroyed = await project.run("destroy", "--yes");
    expect(destroyed.stdout).toMatch(/\nDestroyed as version 3 in \S+: 2 deleted\.\n$/u);
    expect(await project.run("destroy")).toMatchObject({ code: 0, stdout: "Nothing to do.\n" });
  },
  MANY_RUNS_MS,
);

it.skipIf(!hasTerminal)(
  "clockwork apply asks on a terminal, and draws how far it has come",
  async () => {
    using project = deployProject(watched("main.ts"));
    const command = `stty cols 100 rows 24; ${process.execPath} ${BIN} apply; echo exit code $?`;
    const running = start("script", ["-qec", command, "/dev/null"], {
      cwd: project.path,
      env: { TERM: "xterm-256color", SHELL: "/bin/sh" },
      stdin: null,
    });
    await running.until(/Apply these 2 changes\? \[y\/N\] /u);
    running.child.stdin.write("y\n");
    await running.until(/exit code 0/u);
    await running.finished;
    expect(running.stdout()).toContain("\u001b[32m✓\u001b[0m web: created in");
    expect(running.stdout()).toContain("Deployed as version 1");
  },
  MANY_RUNS_MS,
);

it.skipIf(!hasTerminal)(
  "clockwork destroy asks for the project's name, and Ctrl-C there changes nothing",
  async () => {
    using project = deployProject(watched("main.ts"));
    await project.run("apply", "--yes");
    const command = `trap "" INT; (trap - INT; exec ${process.execPath} ${BIN} destroy); echo exit code $?`;
    const running = start("script", ["-qec", command, "/dev/null"], {
      cwd: project.path,
      env: { TERM: "xterm-256color", SHELL: "/bin/sh" },
      stdin: null,
    });
    await running.until(/This destroys 2 resources\. Type \S+ to go on: /u);
    running.child.stdin.write("\u0003");
    await running.until(/Interrupted: nothing was changed\.[^]*exit code 130/u);
    await running.finished;
    expect((await project.run("history")).stdout).not.toContain("destroy");
  },
  MANY_RUNS_MS,
);
