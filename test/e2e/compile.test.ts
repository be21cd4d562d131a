import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli } from "../support/cli.ts";
import { testFolder } from "../support/folder.ts";
import { IMPORTS, writeProject, type AssertDocument } from "../support/projects.ts";
import { startAnswering } from "../support/services.ts";

describe("clockwork compile", () => {
  it("writes what has changed, and nothing else", async () => {
    using folder = testFolder();
    writeProject(folder);
    const plans = join(folder.path, ".clockwork/plans");
    const read = (file: string): string => readFileSync(join(plans, file), "utf8");
    const first = await cli(["compile"], { cwd: folder.path });
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toContain("2 written, 0 unchanged, 0 removed");
    expect(readdirSync(plans).sort()).toEqual([
      "assert.json",
      "assert_disk.json",
      "assert_web.json",
      "locations.json",
    ]);
    const before = Object.fromEntries(readdirSync(plans).map((file) => [file, read(file)]));

    const again = await cli(["compile"], { cwd: folder.path });
    expect(again.stdout).toBe("0 written, 2 unchanged, 0 removed in .clockwork/plans/\n");

    const main = readFileSync(join(folder.path, "main.ts"), "utf8");
    folder.write("main.ts", `// A line more.\n${main}`);
    const moved = await cli(["compile"], { cwd: folder.path });
    expect(moved.stdout).toBe("0 written, 2 unchanged, 0 removed in .clockwork/plans/\n");
    const changed = readdirSync(plans).filter((file) => read(file) !== before[file]);
    expect(changed).toEqual(["locations.json"]);

    folder.write("main.ts", main.replace('name: "web"', 'name: "site"'));
    const renamed = await cli(["compile"], { cwd: folder.path });
    expect(renamed.stdout).toBe(
      "written    site\nremoved    web\n1 written, 1 unchanged, 1 removed in .clockwork/plans/\n",
    );
    expect(readdirSync(plans)).not.toContain("assert_web.json");
  });

  it("writes a plan anew that somebody has changed", async () => {
    using folder = testFolder();
    writeProject(folder);
    await cli(["compile"], { cwd: folder.path });
    const plan = join(folder.path, ".clockwork/plans/assert_disk.json");
    const text = readFileSync(plan, "utf8");
    writeFileSync(plan, text.replace("there.txt", "elsewhere.txt"));
    await cli(["compile"], { cwd: folder.path });
    expect(readFileSync(plan, "utf8")).toBe(text);
  });

  it("writes all others when one cannot be written, and exits with 3", async () => {
    using folder = testFolder();
    writeProject(folder);
    const plans = join(folder.path, ".clockwork/plans");
    mkdirSync(join(plans, "assert_disk.json"), { recursive: true });
    const { code, stdout, stderr } = await cli(["compile"], { cwd: folder.path });
    expect(code).toBe(3);
    expect(stdout).toContain("1 written, 0 unchanged");
    expect(stderr).toMatch(/\.clockwork\/plans\/assert_disk\.json: could not be written: /u);
    expect(readdirSync(plans)).toEqual(
      expect.arrayContaining(["assert.json", "assert_web.json", "locations.json"]),
    );
  });
});

describe("clockwork assert --plan", () => {
  it("carries out one plan by itself, without the project", async () => {
    using folder = testFolder();
    writeProject(folder);
    await cli(["compile"], { cwd: folder.path });
    rmSync(join(folder.path, "main.ts"));
    const disk = join(folder.path, ".clockwork/plans/assert_disk.json");
    const { stdout, code } = await cli(["assert", "--plan", disk, "--format", "json"]);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as AssertDocument).results).toMatchObject([
      { resource: "disk", target: "there.txt", declaredAt: "main.ts:5:16" },
    ]);
    const all = await cli(["assert", "web", "--plan", ".clockwork/plans/assert.json"], {
      cwd: folder.path,
    });
    expect(all.code).toBe(1);
    expect(all.stdout).toContain("main.ts");
    expect(all.stdout).not.toContain("there.txt");
  });

  it.each([
    ["that is not there", null, "file-missing"],
    ["that is no JSON", "{", "json-syntax"],
    ["that holds something else", "[]", "plan-invalid"],
    ["of another version", `{ "format": 2 }`, "plan-invalid"],
    ["that is not whole", `{ "format": 1, "project": "a" }`, "plan-invalid"],
    ["with something else for plans", `{ "plans": 7 }`, "plan-invalid"],
  ])("refuses a file %s", async (_, content, code) => {
    using folder = testFolder();
    const path = join(folder.path, "plan.json");
    if (content !== null) writeFileSync(path, content);
    const finished = await cli(["assert", "--plan", path]);
    expect(finished).toMatchObject({ code: 78, stdout: "" });
    expect(finished.stderr).toContain(`(${code})`);
    expect(finished.stderr).toContain("plan.json");
  });
});

describe("secrets", () => {
  it("never tells a secret, in plans or in reports", async () => {
    using folder = testFolder();
    await using service = await startAnswering(500);
    folder.write(
      "main.ts",
      `${IMPORTS}
import { HealthcheckAssert } from "clockwork/assertions";
import { secret } from "clockwork";
new HostResource({
  assertions: [
    new HealthcheckAssert({
      url: "${service.url}",
      headers: { authorization: secret.env("TEST_TOKEN"), "x-api-key": secret.file("key") },
    }),
  ],
});
`,
    );
    folder.write("key", "hunter22\n");
    const env = { TEST_TOKEN: "hunter22" };
    const compiled = await cli(["compile"], { cwd: folder.path, env });
    expect(compiled.code).toBe(0);
    const plans = join(folder.path, ".clockwork/plans");
    const said = readdirSync(plans).map((file) => readFileSync(join(plans, file), "utf8"));
    expect(said.join("")).toContain("TEST_TOKEN");
    for (const format of ["pretty", "json", "junit"]) {
      const { code, stdout, stderr } = await cli(["assert", "--format", format], {
        cwd: folder.path,
        env,
      });
      expect(code).toBe(1);
      said.push(stdout, stderr);
    }
    expect(service.requests()).toBe(3);
    expect(said.join("")).not.toContain("hunter22");
  });
});
