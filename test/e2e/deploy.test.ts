import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { declared, deployProject, MANY_RUNS_MS, STAMP } from "../support/deploy-project.ts";

it(
  "clockwork plan and apply make what is declared, once",
  async () => {
    using project = deployProject();
    const planned = await project.run("plan");
    expect(planned).toMatchObject({ code: 0, stderr: "" });
    expect(planned.stdout).toMatch(/\+ motd \(file\)[^]*\+ stamp \(command\)/u);
    expect(planned.stdout).toMatch(/\nPlan: 2 to create\.\n$/u);
    expect(project.has("motd.txt")).toBe(false);
    expect(project.has(".clockwork")).toBe(false);

    const unconfirmed = await project.run("apply");
    expect(unconfirmed.code).toBe(3);
    expect(unconfirmed.stdout).toContain("Plan: 2 to create.");
    expect(unconfirmed.stderr).toContain("(confirmation-needed)");
    expect(project.has("motd.txt")).toBe(false);

    const applied = await project.run("apply", "--yes");
    expect(applied).toMatchObject({ code: 0 });
    expect(applied.stdout).toMatch(/\nDeployed as version 1 in \S+: 2 created\.\n/u);
    expect(applied.stdout).toContain("clockwork.yaml was written");
    expect(applied.stderr).toMatch(/motd: creating\n[^]*motd: created in [^]*stamp: created in /u);
    expect(project.read("motd.txt")).toBe("hello\n");

    const again = await project.run("apply");
    expect(again).toMatchObject({
      code: 0,
      stdout: "Nothing to do: 2 resources unchanged.\n",
      stderr: "",
    });
    expect(await project.run("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });

    project.write("main.ts", declared("hello again"));
    const changed = await project.run("plan", "--detailed-exitcode");
    expect(changed.code).toBe(2);
    expect(changed.stdout).toMatch(/~ motd \(file\)[^]*\nPlan: 1 to update, 1 unchanged\.\n$/u);
    const data = await project.run("plan", "--format", "json");
    expect(JSON.parse(data.stdout)).toMatchObject({
      hasChanges: true,
      openSteps: 0,
      summary: { update: 1, keep: 1 },
      changes: [
        { resource: "motd", action: "update" },
        { resource: "stamp", action: "keep" },
      ],
    });
  },
  MANY_RUNS_MS,
);

it(
  "clockwork apply carries out a plan that was kept, and refuses one that is stale",
  async () => {
    using project = deployProject();
    const kept = await project.run("plan", "--out", "plan.json");
    expect(kept.stderr).toContain("clockwork apply plan.json does just that");
    const both = await project.run("apply", "plan.json", "--target", "motd");
    expect(both).toMatchObject({ code: 78, stdout: "" });
    expect(both.stderr).toMatch(/--target[^]*Nothing was changed\.\n$/u);
    expect(await project.run("apply", "plan.json", "--yes")).toMatchObject({ code: 0 });
    expect(project.read("motd.txt")).toBe("hello\n");

    const stale = await project.run("apply", "plan.json", "--yes");
    expect(stale).toMatchObject({ code: 3, stdout: "" });
    expect(stale.stderr).toContain("(plan-stale)");
    const none = await project.run("apply", "main.ts", "--yes");
    expect(none.code).toBe(78);
    expect(none.stderr).toContain("(plan-invalid)");
  },
  MANY_RUNS_MS,
);

it(
  "clockwork refresh tells what was changed by hand, and what is gone",
  async () => {
    using project = deployProject();
    await project.run("apply", "--yes");
    expect(await project.run("refresh")).toMatchObject({ code: 0, stdout: "2 in sync.\n" });
    project.write("motd.txt", "changed by hand\n");
    const drifted = await project.run("drift");
    expect(drifted.code).toBe(1);
    expect(drifted.stdout).toMatch(/motd +file +drifted +content/u);
    expect(drifted.stdout).toMatch(/\n1 drifted, 1 in sync\.\n$/u);
    const planned = await project.run("plan");
    expect(planned.stdout).toContain("(drift)");
    rmSync(join(project.path, "motd.txt"));
    const missing = await project.run("refresh", "--target", "motd", "--format", "json");
    expect(missing.code).toBe(1);
    expect(JSON.parse(missing.stdout)).toMatchObject({
      summary: { missing: 1 },
      resources: [{ resource: "motd", sync: "missing" }],
    });
    expect(await project.run("refresh", "--target", "nobody")).toMatchObject({ code: 78 });
  },
  MANY_RUNS_MS,
);

it(
  "clockwork history, show, diff, rollback and destroy go by what is recorded, without main.ts",
  async () => {
    using project = deployProject();
    expect(await project.run("history")).toMatchObject({
      code: 0,
      stdout: "Nothing was deployed yet.\n",
    });
    await project.run("apply", "--yes");
    project.write("main.ts", declared("second"));
    await project.run("apply", "--yes");
    rmSync(join(project.path, "main.ts"));

    const history = await project.run("history");
    expect(history.stdout).toMatch(
      /^VERSION .*\n2 +deployed +apply .*1 updated\n1 +deployed .*2 created\n$/u,
    );
    const shown = await project.run("show", "2");
    expect(shown.stdout).toMatch(/^Version 2\n[^]*motd \(file\)[^]*✓ motd: updated in /u);
    expect((await project.run("show", "9")).code).toBe(78);
    const compared = await project.run("diff", "1", "2", "--format", "json");
    expect(JSON.parse(compared.stdout)).toMatchObject({
      from: 1,
      to: 2,
      changes: [{ resource: "motd", change: "changed" }],
    });
    expect((await project.run("diff", "1", "2")).stdout).toMatch(/~ motd[^]*\n1 changed\.\n$/u);

    const back = await project.run("rollback", "1", "--yes");
    expect(back.code).toBe(0);
    expect(back.stdout).toContain("Rolled back as version 3");
    expect(project.read("motd.txt")).toBe("hello\n");
    project.write("main.ts", declared("second"));
    expect((await project.run("plan")).stdout).toContain("pinned the project to version 1");

    const asked = await project.run("destroy");
    expect(asked.code).toBe(3);
    expect(project.has("motd.txt")).toBe(true);
    const destroyed = await project.run("destroy", "--yes");
    expect(destroyed.code).toBe(0);
    expect(destroyed.stdout).toMatch(
      /- stamp[^]*- motd[^]*\nDestroyed as version 4 in \S+: 2 deleted\.\n/u,
    );
    expect([project.has("motd.txt"), project.has("stamp")]).toEqual([false, false]);
  },
  MANY_RUNS_MS,
);

it(
  "clockwork apply exits with 1 when something does not prove itself, and says why and what to do next",
  async () => {
    const broken = STAMP.replace('["touch", "stamp"]', '["true"]').replace(/.*check: .*\n/u, "");
    using project = deployProject(
      declared("hello", broken.replace("assertions", "timeout: 1, assertions")),
    );
    const failed = await project.run("apply", "--yes", "--deadline", "2m");
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/stamp: create [^]*FileExistsAssert[^]*Version 1 failed after/u);
    expect(failed.stdout).toMatch(/Next:\n {2}clockwork show 1 /u);
    const again = await project.run("apply", "--yes");
    expect(again.code).toBe(3);
    expect(again.stderr).toContain("(version-quarantined)\n  hint: ");
    expect((await project.run("plan")).stdout).toContain("--retry");
  },
  MANY_RUNS_MS,
);

it(
  "clockwork import takes over what somebody else made, once it is named and agreed to",
  async () => {
    using project = deployProject(declared("hello", ""));
    project.write("motd.txt", "made by somebody\n");
    const foreign = await project.run("apply", "--yes");
    expect(foreign.code).toBe(78);
    expect(foreign.stderr).toMatch(
      /main\.ts:3[^]*\(resource-foreign\)[^]*Nothing was changed\.\n$/u,
    );
    const unclear = await project.run("import");
    expect(unclear.code).toBe(78);
    expect(unclear.stderr).toContain("got neither");
    const planned = await project.run("import", "motd");
    expect(planned.code).toBe(3);
    expect(planned.stdout).toMatch(/↻ motd \(file\)[^]*content: [^]*Plan: 1 to import\.\n$/u);
    expect(project.read("motd.txt")).toBe("made by somebody\n");
    const imported = await project.run("import", "motd", "--yes");
    expect(imported.code).toBe(0);
    expect(imported.stdout).toMatch(/\nImported as version 1 in \S+: 1 imported\.\n/u);
    expect(project.read("motd.txt")).toBe("hello\n");
    expect(await project.run("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });
  },
  MANY_RUNS_MS,
);

it("clockwork graph draws what depends on what", async () => {
  using project = deployProject(
    declared("hello", STAMP.replace("[motd]", '[{ resource: motd, condition: "started" }]')),
  );
  const mermaid = await project.run("graph");
  expect(mermaid).toEqual({
    code: 0,
    stdout: `flowchart TD
  r0["motd<br/>file"]
  r1["stamp<br/>command"]
  r1 -->|started| r0
`,
    stderr: "",
  });
  const dot = await project.run("graph", "--format", "dot");
  expect(dot.stdout).toContain('  r1 -> r0 [label="started"];\n');
});
