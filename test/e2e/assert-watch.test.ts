import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, startCli } from "../support/cli.ts";
import { testFolder } from "../support/folder.ts";
import { writeProject } from "../support/projects.ts";

describe("clockwork assert --watch", () => {
  it("reports when a verdict changes, and picks up edits, also after one that is broken", async () => {
    using folder = testFolder();
    writeProject(folder);
    const args = ["assert", "--watch", "--sleep", "50ms"];
    const running = startCli(args, { cwd: folder.path });
    let stderr = "";
    running.child.stderr.on("data", (text: string) => (stderr += text));
    await running.until(/other\.txt/u);
    const before = running.stdout().length;
    renameSync(join(folder.path, "there.txt"), join(folder.path, "gone.txt"));
    await running.until(/✗ disk/u);
    // Nothing more is told as long as nothing changes.
    const told = running.stdout().length;
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(running.stdout()).toHaveLength(told);
    expect(told).toBeGreaterThan(before);

    const main = join(folder.path, "main.ts");
    const source = readFileSync(main, "utf8");
    writeFileSync(main, source.replace("there.txt", "gone.txt"));
    await running.until(/✗ disk[^]*✓ disk/u);
    writeFileSync(main, `${source}\nconst broken = ;\n`);
    await expect
      .poll(() => stderr, { timeout: 10_000 })
      .toContain("What was loaded before goes on");
    expect(stderr).toMatch(/main\.ts:16: .*\(project-syntax\)/u);
    writeFileSync(main, source.replace("there.txt", "gone.txt").replace('"web"', '"mended"'));
    await running.until(/mended/u);
    running.child.kill("SIGINT");
    expect(await running.finished).toMatchObject({ code: 0 });
  });

  it("ends with 0 when it is interrupted while it loads, and with 78 when it cannot begin", async () => {
    using folder = testFolder();
    folder.write("main.ts", `console.error("loading");\nfor (;;);\n`);
    const running = startCli(["assert", "--watch"], { cwd: folder.path });
    await new Promise((resolve) => running.child.stderr.once("data", resolve));
    running.child.kill("SIGINT");
    expect((await running.finished).code).toBe(0);
    folder.write("main.ts", "const a = ;\n");
    expect((await cli(["assert", "--watch"], { cwd: folder.path })).code).toBe(78);
  });
});
