import { rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, startCli, type Finished } from "../support/cli.ts";
import { testFolder, type TestFolder } from "../support/folder.ts";
import { freePort } from "../support/ports.ts";
import { IMPORTS, writeProject, type AssertDocument } from "../support/projects.ts";
import { closedPort, startService } from "../support/services.ts";

async function json(
  args: readonly string[],
  folder: TestFolder,
): Promise<AssertDocument & Finished> {
  const finished = await cli(["assert", "--format", "json", ...args], { cwd: folder.path });
  return { ...finished, ...(JSON.parse(finished.stdout) as AssertDocument) };
}

describe("clockwork assert", () => {
  it("carries out what main.ts declares, and reports it as JSON", async () => {
    using folder = testFolder();
    writeProject(folder);
    const { code, stderr, resources, results, summary } = await json([], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(resources).toEqual([
      { name: "disk", kind: "host", health: "healthy", verdict: "pass", causedBy: null },
      { name: "web", kind: "host", health: "degraded", verdict: "pass", causedBy: null },
    ]);
    expect(results).toMatchObject([
      {
        resource: "disk",
        kind: "file-exists",
        assertion: "FileExistsAssert",
        target: "there.txt",
        claim: "there.txt is a file",
        verdict: "pass",
        expected: "a file",
        actual: "a file",
        declaredAt: "main.ts:5:16",
        description: "It was made.",
      },
      { target: "main.ts", verdict: "pass" },
      { target: "other.txt", verdict: "fail", severity: "warn", actual: "nothing there" },
    ]);
    expect(summary).toMatchObject({ total: 3, passed: 2, failed: 0, warnings: 1, skipped: 0 });
  });

  it("exits with 1 for a failure, and skips what depends on it", async () => {
    using folder = testFolder();
    writeProject(folder);
    rmSync(join(folder.path, "there.txt"));
    const { code, results, resources } = await json([], folder);
    expect(code).toBe(1);
    expect(results).toMatchObject([
      { verdict: "fail", expected: "a file", actual: "nothing there" },
      { verdict: "skipped", actual: "disk failed" },
      { verdict: "skipped", actual: "disk failed" },
    ]);
    expect(resources).toMatchObject([{ health: "unhealthy" }, { causedBy: "disk" }]);
    const { stdout } = await cli(["assert"], { cwd: folder.path });
    expect(stdout.split("\n")[0]).toMatch(/^✗ /u);
    expect(stdout).toContain("main.ts:5");
  });

  it("exits with 3 when it could not look", async () => {
    using folder = testFolder();
    folder.write(
      "main.ts",
      `${IMPORTS}
import { HealthcheckAssert } from "clockwork/assertions";
import { secret } from "clockwork";
new HostResource({
  assertions: [
    new HealthcheckAssert({
      url: "http://127.0.0.1:${String(await closedPort())}/",
      headers: { authorization: secret.env("NO_SUCH_SECRET_HERE") },
    }),
  ],
});
`,
    );
    const { code, results } = await json([], folder);
    expect(code).toBe(3);
    expect(results).toMatchObject([{ verdict: "error" }]);
    expect(String(results[0]?.["actual"])).toContain("NO_SUCH_SECRET_HERE");
  });

  it("exits with 78 and shows every problem with its line when the project is wrong", async () => {
    using folder = testFolder();
    writeProject(
      folder,
      `new PortAccessibleAssert({ port: 0 });\nnew HostResource({ name: "disk" });\n`,
    );
    const { code, stdout, stderr } = await cli(["assert"], { cwd: folder.path });
    expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
    expect(stderr).toMatch(/main\.ts:15:\d+ PortAccessibleAssert\.port: .*\(option-invalid\)/u);
    expect(stderr).toMatch(/main\.ts:16:\d+: two resources are named disk.*\(name-duplicate\)/u);
    expect(stderr).toMatch(/2 problems; nothing was checked\.\n$/u);
  });

  it("exits with 78 where there is no project", async () => {
    using folder = testFolder();
    const { code, stderr } = await cli(["assert"], { cwd: folder.path });
    expect(code).toBe(78);
    expect(stderr).toContain("project-missing");
    expect(stderr).toContain("clockwork init");
  });

  it("looks at the resources that are named, and at no others", async () => {
    using folder = testFolder();
    writeProject(folder);
    rmSync(join(folder.path, "there.txt"));
    const { code, results } = await json(["web"], folder);
    expect(code).toBe(0);
    expect(results.map(({ resource }) => resource)).toEqual(["web", "web"]);
    const unknown = await cli(["assert", "wed", "disk"], { cwd: folder.path });
    expect(unknown.code).toBe(78);
    expect(unknown.stderr).toContain('there is no resource called "wed"');
    expect(unknown.stderr).toContain("did you mean web?");
  });

  it.each(["port-accessible", "PortAccessibleAssert"])("takes --only %s", async (only) => {
    using folder = testFolder();
    const port = String(await closedPort());
    writeProject(
      folder,
      `disk.assertions.push(new PortAccessibleAssert({ port: ${port}, severity: "warn" }));\n`,
    );
    const { code, results } = await json(["--only", only], folder);
    expect(code).toBe(0);
    expect(results).toMatchObject([{ resource: "disk", kind: "port-accessible" }]);
  });

  it("refuses an --only that is no kind", async () => {
    using folder = testFolder();
    writeProject(folder);
    const { code, stderr } = await cli(["assert", "--only", "file-exist"], { cwd: folder.path });
    expect(code).toBe(78);
    expect(stderr).toContain("did you mean file-exists?");
  });

  it("looks again with --retry-timeout until a port is open", async () => {
    using folder = testFolder();
    const port = await freePort();
    folder.write(
      "main.ts",
      `${IMPORTS}\nnew HostResource({ assertions: [new PortAccessibleAssert({ port: ${String(port)} })] });\n`,
    );
    const args = ["assert", "--retry-timeout", "15s", "--sleep", "50ms", "--format", "json"];
    const running = startCli(args, { cwd: folder.path });
    const server = createServer();
    setTimeout(() => server.listen(port, "127.0.0.1"), 1_500);
    const { code, stdout } = await running.finished;
    server.close();
    expect(code).toBe(0);
    const [result] = (JSON.parse(stdout) as AssertDocument).results;
    expect(result).toMatchObject({ verdict: "pass" });
    expect(result?.["attempts"]).toBeGreaterThan(1);
  });

  it("gives up after --retry-timeout, with what it saw last", async () => {
    using folder = testFolder();
    writeProject(folder);
    rmSync(join(folder.path, "there.txt"));
    const args = ["--retry-timeout", "300ms", "--sleep", "50ms"];
    const { code, results } = await json(args, folder);
    expect(code).toBe(1);
    expect(results[0]).toMatchObject({ verdict: "fail", actual: "nothing there" });
  });

  it("ends at the --deadline: what has no verdict is an error", async () => {
    using folder = testFolder();
    await using silent = await startService(() => undefined);
    folder.write(
      "main.ts",
      `import { ServiceResource } from "clockwork/resources";
new ServiceResource({ name: "silent", url: "${silent.url}", timeout: 60 });
`,
    );
    const { code, stderr, results } = await json(["--deadline", "2s"], folder);
    expect(code).toBe(3);
    expect(results).toMatchObject([{ verdict: "error", actual: "aborted" }]);
    expect(stderr).toBe("The deadline passed: 0 of 1 assertions were checked.\n");
  });

  it("ends at an interrupt with 130", async () => {
    using folder = testFolder();
    const { promise: asked, resolve } = Promise.withResolvers<undefined>();
    await using silent = await startService(() => {
      resolve(undefined);
    });
    folder.write(
      "main.ts",
      `import { ServiceResource } from "clockwork/resources";
new ServiceResource({ name: "silent", url: "${silent.url}", timeout: 60 });
`,
    );
    const running = startCli(["assert"], { cwd: folder.path });
    await asked;
    running.child.kill("SIGINT");
    const { code, stderr } = await running.finished;
    expect(code).toBe(130);
    expect(stderr).toBe("Interrupted: 0 of 1 assertions were checked.\n");
  });

  it.each(["NO_COLOR", "FORCE_COLOR"])("respects %s", async (name) => {
    using folder = testFolder();
    writeProject(folder);
    const { stdout } = await cli(["assert"], { cwd: folder.path, env: { [name]: "1" } });
    expect(stdout.includes("\u001b[")).toBe(name === "FORCE_COLOR");
  });
});
