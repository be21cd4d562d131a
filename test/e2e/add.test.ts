import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { cli, startCli } from "../support/cli.ts";
import { runContainer } from "../support/containers.ts";
import { dockerEngine } from "../support/docker.ts";
import { hasPart } from "../support/parts.ts";
import { testFolder, type TestFolder } from "../support/folder.ts";
import { closedPort, startAnswering, startService } from "../support/services.ts";

/** A project as `clockwork init` writes it. */
async function testProject(): Promise<TestFolder & { readonly main: () => string }> {
  const folder = testFolder();
  expect((await cli(["init"], { cwd: folder.path })).code).toBe(0);
  return { ...folder, main: () => readFileSync(join(folder.path, "main.ts"), "utf8") };
}

it("clockwork add writes assertions that pass, for all that it is given", async () => {
  using project = await testProject();
  await using service = await startAnswering(200);
  const words = [service.url, String(service.port), "package.json"];
  const before = project.main();
  const { code, stdout, stderr } = await cli(["add", ...words], { cwd: project.path });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).toContain(`✓ ${service.url} answers 200 OK in `);
  expect(stderr).toMatch(
    /Added to main\.ts as lines \d+ to \d+, with imports of .*ServiceResource/u,
  );
  expect(stderr).toContain(
    `clockwork assert 127.0.0.1-${String(service.port)} host-${String(service.port)} package.json\n`,
  );
  expect(stdout).toContain("new HTTPStatusAssert({ expectedStatus: 200 })");
  expect(project.main().endsWith(`\n\n${stdout}`)).toBe(true);
  const kept = before.split("\n").filter((line) => !line.startsWith("import "));
  expect(project.main().split("\n")).toEqual(expect.arrayContaining(kept));
  const asserted = await cli(["assert"], { cwd: project.path });
  expect(asserted).toMatchObject({ code: 0, stderr: "" });
  expect(asserted.stdout).toContain("All assertions passed  7 in");
});

it("clockwork add gives each resource a name of its own", async () => {
  using project = await testProject();
  await using service = await startAnswering(204);
  const port = String(service.port);
  for (let count = 1; count <= 2; count += 1) {
    expect((await cli(["add", port, port, "--project", project.path])).code).toBe(0);
  }
  const names = [...project.main().matchAll(/name: "(host-[^"]+)"/gu)].map(([, name]) => name);
  expect(names).toEqual([`host-${port}`, ...[2, 3, 4].map((n) => `host-${port}-${String(n)}`)]);
  expect((await cli(["assert"], { cwd: project.path })).code).toBe(0);
});

it.skipIf(!hasPart("docker"))(
  "clockwork add writes assertions for a container and the ports that it publishes",
  async () => {
    using project = await testProject();
    await using web = await runContainer({ image: "nginx", ports: [80] });
    const port = String(web.hostPort(80));
    const options = { cwd: project.path, env: { DOCKER_HOST: (await dockerEngine()).host } };
    const { code, stdout, stderr } = await cli(["add", web.name], options);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(`✓ container ${web.name} is running\n`);
    expect(stdout).toContain(`new ContainerRunningAssert({ container: "${web.name}" })`);
    expect(stdout).toContain(`new PortAccessibleAssert({ port: ${port} })`);
    expect((await cli(["assert"], options)).code).toBe(0);
    await web.stop();
    expect((await cli(["add", `container:${web.name}`], options)).code).toBe(1);
    expect((await cli(["assert"], options)).code).toBe(1);
  },
);

it("clockwork add --dry-run shows what it would write, and writes nothing", async () => {
  using project = await testProject();
  const before = project.main();
  const { code, stdout, stderr } = await cli(["add", "/", "--dry-run"], { cwd: project.path });
  expect(code).toBe(0);
  expect(stdout).toContain('new DirectoryExistsAssert({ path: "/" })');
  expect(stderr).toContain("Would be added to main.ts");
  expect(project.main()).toBe(before);
});

it("clockwork add writes nothing for what is not there, unless it is forced to", async () => {
  using project = await testProject();
  const before = project.main();
  const port = String(await closedPort());
  const missing = await cli(["add", port, "./none"], { cwd: project.path });
  expect(missing).toMatchObject({ code: 1, stdout: "" });
  expect(missing.stderr).toContain(`✗ 127.0.0.1:${port} gives no answer: connection refused`);
  expect(missing.stderr).toContain("✗ ./none is not there; nothing is added for it");
  expect(project.main()).toBe(before);
  const half = await cli(["add", "./none", "package.json"], { cwd: project.path });
  expect(half.code).toBe(1);
  expect(half.stdout).toContain("package.json");
  expect(half.stdout).not.toContain("none");
  const forced = await cli(["add", port, "./none", "--force"], { cwd: project.path });
  expect(forced.code).toBe(0);
  expect(project.main()).toContain(`new PortAccessibleAssert({ port: ${port} })`);
  expect((await cli(["assert"], { cwd: project.path })).code).toBe(1);
});

it("clockwork add without a project tells how to make one", async () => {
  using folder = testFolder();
  const { code, stdout, stderr } = await cli(["add", "/"], { cwd: folder.path });
  expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
  expect(stderr).toContain("clockwork init");
});

it("clockwork add refuses words without a meaning, with all that it takes", async () => {
  using project = await testProject();
  const before = project.main();
  const { code, stderr } = await cli(["add", "/", "no such thing"], { cwd: project.path });
  expect(code).toBe(78);
  expect(stderr).toContain('"no such thing" is nothing that is known or found here');
  expect(stderr).toContain("cert:HOST");
  expect(stderr).toContain("Nothing was written.");
  expect(project.main()).toBe(before);
});

it("clockwork add leaves a main.ts alone that cannot be loaded", async () => {
  using folder = testFolder();
  folder.write("main.ts", "const = 1;\n");
  const { code, stderr } = await cli(["add", "/"], { cwd: folder.path });
  expect(code).toBe(78);
  expect(stderr).toMatch(/main\.ts:1.*project-syntax/u);
  expect(readFileSync(join(folder.path, "main.ts"), "utf8")).toBe("const = 1;\n");
});

it("clockwork add restores a main.ts that what was added does not go with", async () => {
  using folder = testFolder();
  // The name is taken where nobody looks for imports: behind other code.
  const text = `export const one = 1;\nimport { HostResource } from "clockwork/resources";\n`;
  folder.write("main.ts", `${text}void HostResource;\n`);
  const { code, stdout, stderr } = await cli(["add", "/"], { cwd: folder.path });
  expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
  expect(stderr).toContain("the file is as it was");
  expect(readFileSync(join(folder.path, "main.ts"), "utf8")).toBe(`${text}void HostResource;\n`);
});

it("clockwork add adds to a main.ts that declares nothing yet, whatever its lines end with", async () => {
  using folder = testFolder();
  folder.write("main.ts", "// mine\r\n");
  expect((await cli(["add", "/"], { cwd: folder.path })).code).toBe(0);
  const text = readFileSync(join(folder.path, "main.ts"), "utf8");
  expect(text).toContain("// mine\r\n");
  expect(text.replaceAll("\r\n", "")).not.toContain("\n");
  expect((await cli(["assert"], { cwd: folder.path })).code).toBe(0);
});

it("clockwork add refuses a main.ts that it could not write back as it was", async () => {
  using folder = testFolder();
  const main = join(folder.path, "main.ts");
  const bytes = Buffer.from([0x2f, 0x2f, 0xe9, 0x0a]);
  writeFileSync(main, bytes);
  const { code, stderr } = await cli(["add", "/"], { cwd: folder.path });
  expect(code).toBe(78);
  expect(stderr).toContain("is not encoded in UTF-8");
  expect(readFileSync(main)).toEqual(bytes);
});

it("clockwork add that is interrupted writes nothing", async () => {
  using project = await testProject();
  const before = project.main();
  await using hanging = await startService(() => undefined);
  const running = startCli(["add", hanging.url], { cwd: project.path });
  while (hanging.requests() === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  running.child.kill("SIGINT");
  expect(await running.finished).toMatchObject({ code: 130, stdout: "" });
  expect(project.main()).toBe(before);
});
