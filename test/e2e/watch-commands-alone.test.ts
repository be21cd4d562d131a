import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startCli } from "../support/cli.ts";
import { deployProject, MANY_RUNS_MS } from "../support/deploy-project.ts";

const WATCHED = `import { FileResource } from "clockwork/resources";
new FileResource({ name: "motd", path: "motd.txt", content: "hello\\n", reconcile: true });
new FileResource({ name: "issue", path: "issue.txt", content: "hello\\n", reconcile: true });
`;

it(
  "with no clockwork up, check-now looks and repairs nothing, repair repairs what was named, and both are known afterwards",
  async () => {
    using project = deployProject(WATCHED);
    await project.run("apply", "--yes");
    expect(await project.run("status")).toMatchObject({ code: 3 });
    expect(await project.run("check-now", "motd")).toMatchObject({ code: 0 });
    for (const file of ["motd.txt", "issue.txt"]) rmSync(join(project.path, file));
    const looked = await project.run("check-now", "motd");
    expect(looked).toMatchObject({ code: 1 });
    expect(looked.stdout).toMatch(/^motd is unhealthy, missing/u);
    expect(project.has("motd.txt")).toBe(false);
    const status = await project.run("status");
    expect(status).toMatchObject({ code: 1 });
    expect(status.stdout).toMatch(/no clockwork up runs[^]*\nmotd +unhealthy +missing/u);
    expect(await project.run("repair", "motd")).toMatchObject({
      code: 0,
      stdout: "motd: reconcile helped (created)\n",
    });
    expect(project.read("motd.txt")).toBe("hello\n");
    expect(project.has("issue.txt")).toBe(false);
    const nothing = await project.run("repair", "motd");
    expect(nothing.stdout).toContain("nothing to repair");
    const events = await project.run("events", "--resource", "motd", "--format", "json");
    const types = events.stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { readonly type: string }).type);
    expect(types).toContain("repair_ended");
    expect(await project.run("repair", "mot")).toMatchObject({ code: 78, stdout: "" });
  },
  MANY_RUNS_MS,
);

it(
  "what is held while no clockwork up runs is held once one does, and asked of it from then on",
  async () => {
    using project = deployProject(WATCHED);
    await project.run("apply", "--yes");
    expect(await project.run("pause", "motd", "--comment", "moving")).toMatchObject({ code: 0 });
    const running = startCli(["up"], { cwd: project.path });
    await running.until(/issue/u);
    const explained = await project.run("explain", "motd", "--format", "json");
    expect(JSON.parse(explained.stdout)).toMatchObject({
      nextLookAt: null,
      holds: [{ kind: "pause", resource: "motd", comment: "moving" }],
    });
    expect((await project.run("resume", "motd")).stdout).toMatch(/; that is over\.\n$/u);
    await running.until(/motd/u);
    expect(await project.run("check-now", "motd")).toMatchObject({ code: 0 });
    expect(await project.run("status")).toMatchObject({ code: 0 });
    const { pid } = running.child;
    running.child.kill("SIGKILL");
    await running.finished;
    expect(pid).toBeGreaterThan(0);
    // What it left behind deceives nobody.
    expect(project.has(".clockwork/control.sock")).toBe(true);
    expect(await project.run("status")).toMatchObject({ code: 3 });
  },
  MANY_RUNS_MS,
);
