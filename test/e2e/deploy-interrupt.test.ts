import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startCli } from "../support/cli.ts";
import { deployProject, MANY_RUNS_MS, SLOW } from "../support/deploy-project.ts";

it(
  "clockwork lock status names who works on the project, and nobody else may",
  async () => {
    using project = deployProject(SLOW);
    expect(await project.run("lock", "status")).toMatchObject({ code: 0, stdout: "free\n" });
    const running = startCli(["apply", "--yes"], { cwd: project.path });
    try {
      await expect.poll(() => project.has("begun"), { timeout: 60_000 }).toBe(true);
      const held = await project.run("lock", "status");
      expect(held.stdout).toMatch(/^held by clockwork apply on .* \(pid \d+\)/u);
      const refused = await project.run("apply", "--yes");
      expect(refused).toMatchObject({ code: 3 });
      expect(refused.stderr).toContain("(lock-held)");
    } finally {
      writeFileSync(join(project.path, "go"), "");
    }
    expect(await running.finished).toMatchObject({ code: 0 });
    expect(await project.run("lock", "status", "--format", "json")).toMatchObject({ code: 0 });
  },
  MANY_RUNS_MS,
);

it(
  "clockwork apply stops when it is interrupted, and the next one continues",
  async () => {
    using project = deployProject(SLOW);
    const running = startCli(["apply", "--yes"], { cwd: project.path });
    await expect.poll(() => project.has("begun"), { timeout: 60_000 }).toBe(true);
    running.child.kill("SIGINT");
    const interrupted = await running.finished;
    expect(interrupted.code).toBe(130);
    expect(interrupted.stdout + interrupted.stderr).toContain("next apply continues");
    project.write("go", "");
    expect(await project.run("apply", "--yes")).toMatchObject({ code: 0 });
    expect(project.has("done")).toBe(true);
    expect(await project.run("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });
  },
  MANY_RUNS_MS,
);
