import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { start, type Finished } from "../support/cli.ts";
import { testFolder, type TestFolder } from "../support/folder.ts";

const ROOT = join(import.meta.dirname, "../..");
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");

/** A project of somebody who has installed what would be published. */
let project: TestFolder;

function run(file: string, args: readonly string[], cwd = project.path): Promise<Finished> {
  return start(file, args, { cwd }).finished;
}

beforeAll(async () => {
  project = testFolder();
  const packed = await run(
    "npm",
    ["pack", "--ignore-scripts", "--pack-destination", project.path],
    ROOT,
  );
  expect(packed.code, packed.stderr).toBe(0);
  const tarball = join(project.path, `clockwork-${packageJson.version}.tgz`);
  const modules = join(project.path, "node_modules");
  mkdirSync(join(modules, "clockwork"), { recursive: true });
  const untar = ["-xzf", tarball, "-C", join(modules, "clockwork"), "--strip-components=1"];
  expect((await run("tar", untar)).code).toBe(0);
  // What the package depends on comes from here rather than from a registry, and nothing else does.
  for (const name of [...Object.keys(packageJson.dependencies), "@types/node", "undici-types"]) {
    if (name.startsWith("@"))
      mkdirSync(join(modules, name.split("/")[0] ?? ""), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
  project.write("package.json", JSON.stringify({ name: "consumer", type: "module" }));
  return () => {
    project[Symbol.dispose]();
  };
});

it("the packed library exports what it promises, with one identity across its entries", async () => {
  project.write(
    "library.js",
    `import { checkAllServices, checkService, retry, HealthCheckError, HealthCheckTimeoutError, ServiceUnreachableError } from "clockwork";
     import { simulatedClock, simulatedTransport } from "clockwork/testing";
     const clock = simulatedClock();
     await using transport = simulatedTransport({ clock });
     const options = { transport, clock };
     const results = await checkAllServices([
       { name: "good", url: "http://good/" },
       { name: "bad", url: "http://unhealthy/" },
     ], options);
     const error = await checkService({ name: "gone", url: "http://unreachable/" }, options).catch((e) => e);
     const late = await checkService({ name: "late", url: "http://slow/", timeout: 2 }, options).catch((e) => e);
     let calls = 0;
     await retry({ maxAttempts: 3, delay: 1, clock })(async () => { calls++; throw error; })().catch(() => {});
     console.log(JSON.stringify([
       results.map((r) => r.error), error instanceof ServiceUnreachableError, error instanceof HealthCheckError,
       late instanceof HealthCheckTimeoutError, late.message, calls]));`,
  );
  const { stdout, stderr } = await run(process.execPath, ["library.js"]);
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual([
    [null, "Expected 200, got 500"],
    true,
    true,
    true,
    "Service 'late' timed out after 2 seconds: connected, but no complete answer came",
    3,
  ]);
});

it("the packed command runs, and only it and the types are in the package", async () => {
  const bin = join(project.path, "node_modules/clockwork", packageJson.bin.clockwork);
  const version = await run(process.execPath, [bin, "--version"]);
  expect(version).toMatchObject({ code: 0, stdout: `${packageJson.version}\n` });
  project.write("services.json", `[{ "name": "a", "url": "http://a/unhealthy" }]`);
  const checked = await run(process.execPath, [bin, "check", "--simulate"]);
  expect(checked).toMatchObject({ code: 1, stderr: "" });
  const { stdout } = await run("find", ["node_modules/clockwork", "-type", "f"]);
  const unexpected = stdout
    .trim()
    .split("\n")
    .filter(
      (file) =>
        !/\/(dist\/.*\.(js|d\.ts)|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/u.test(file),
    );
  expect(unexpected).toEqual([]);
});

it("the packed command says what it needs under an older Node", async () => {
  const older = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.19.0" } });`;
  const bin = join(project.path, "node_modules/clockwork", packageJson.bin.clockwork);
  const args = ["--import", `data:text/javascript,${encodeURIComponent(older)}`, bin, "check"];
  const { code, stdout, stderr } = await run(process.execPath, args);
  expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
  expect(stderr).toContain("clockwork needs Node 24 or newer; this is");
});

it("the packed types hold for somebody who is as strict as can be", async () => {
  project.write(
    "types.ts",
    `import { checkAllServices, checkService, retry, type HealthResult, type ServiceConfig } from "clockwork";
     import { simulatedTransport } from "clockwork/testing";
     import { createClient, type Client, type ProblemError } from "clockwork/client";
     const client: Client = createClient({ url: "http://127.0.0.1:5000" });
     const names: Promise<string[]> = client.resources().then(({ resources }) => resources.map(({ name }) => name));
     const codeOf = ({ code }: ProblemError): string => code;
     // @ts-expect-error a project is needed
     void client.project();
     void [names, codeOf];
     const config: ServiceConfig = { name: "a", url: "http://a/" };
     const result: Promise<HealthResult> = checkService(config);
     const results: Promise<HealthResult[]> = checkAllServices([config], { transport: simulatedTransport() });
     const wrapped: (config: ServiceConfig) => Promise<HealthResult> = retry({ maxAttempts: 2, delay: 1 })(checkService);
     class Fetcher { @retry({ maxAttempts: 2, delay: 0 }) async get(path: string): Promise<number> { return path.length; } }
     // @ts-expect-error results are read-only
     void result.then((each) => { each.isHealthy = true; });
     // @ts-expect-error a name is needed
     void checkService({ url: "http://a/" });
     void [results, wrapped, new Fetcher().get("/")];`,
  );
  project.write(
    "tsconfig.json",
    JSON.stringify({
      compilerOptions: {
        module: "nodenext",
        target: "es2024",
        lib: ["es2024", "esnext.disposable", "dom"],
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        types: ["node"],
      },
      files: ["types.ts"],
    }),
  );
  const { code, stdout } = await run(process.execPath, [TSC, "-p", "."]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
});
