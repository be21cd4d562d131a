import {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { cli, start } from "../support/cli.ts";
import { testFolder } from "../support/folder.ts";

const ROOT = join(import.meta.dirname, "../..");
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");

it("clockwork init writes a project whose assertions pass at once, and says what to do next", async () => {
  using folder = testFolder();
  const made = await cli(["init", "my health"], { cwd: folder.path });
  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect(made.stdout).toContain("main.ts, package.json, tsconfig.json, .gitignore");
  expect(made.stdout).toContain("cd 'my health'\n  npm install ");
  expect(made.stdout).toContain("npx clockwork assert");
  const project = join(folder.path, "my health");
  expect(readFileSync(join(project, ".gitignore"), "utf8")).toBe("node_modules/\n.clockwork/\n");
  const asserted = await cli(["assert"], { cwd: project });
  expect(asserted).toMatchObject({ code: 0, stderr: "" });
  expect(asserted.stdout).toContain("All assertions passed");
});

it("clockwork init writes what the TypeScript compiler accepts, and what it checks", async () => {
  using folder = testFolder();
  await cli(["init"], { cwd: folder.path });
  await install(folder.path);
  const check = (): ReturnType<typeof cli> =>
    start(process.execPath, [TSC, "-p", "."], { cwd: folder.path }).finished;
  expect(await check()).toMatchObject({ code: 0, stdout: "" });
  const main = join(folder.path, "main.ts");
  writeFileSync(main, readFileSync(main, "utf8").replace("minGbFree: 0.1", 'minGbFree: "much"'));
  expect((await check()).stdout).toMatch(/main\.ts\(\d+,\d+\): error TS2322/u);
});

it("clockwork init keeps what is there, and says so", async () => {
  using folder = testFolder();
  folder.write("package.json", "{}");
  folder.write(".gitignore", "dist/\n");
  const { code, stdout } = await cli(["init"], { cwd: folder.path });
  expect(code).toBe(0);
  expect(stdout).toContain("Kept as it was: package.json, .gitignore.");
  expect(stdout).toMatch(/npm install --save-dev file:\S+ typescript @types\/node/u);
  expect(readFileSync(join(folder.path, "package.json"), "utf8")).toBe("{}");
  expect((await cli(["assert", folder.path, "--project", folder.path])).code).toBe(78);
  expect((await cli(["assert", "--project", folder.path])).code).toBe(0);
});

it("clockwork init refuses where there is a main.ts, and writes nothing", async () => {
  using folder = testFolder();
  folder.write("main.ts", "mine");
  const { code, stdout, stderr } = await cli(["init"], { cwd: folder.path });
  expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
  expect(stderr).toContain("main.ts: is there already, and is not overwritten (project-exists)");
  expect(stderr).toContain("clockwork add");
  expect(readdirSync(folder.path)).toEqual(["main.ts"]);
});

it("clockwork init says when it cannot write, and leaves nothing behind", async () => {
  using folder = testFolder();
  const file = folder.write("file", "");
  const inFile = await cli(["init", join(file, "x")]);
  expect(inFile).toMatchObject({ code: 3, stdout: "" });
  expect(inFile.stderr).toContain("could not be written: ENOTDIR");
  expect((await cli(["init", file])).code).toBe(78);
  expect(readdirSync(folder.path)).toEqual(["file"]);
});

it("clockwork init names the program that runs, not a package of that name in a registry", async () => {
  using folder = testFolder();
  const { stdout } = await cli(["init"], { cwd: folder.path });
  expect(reference(folder.path)).toBe(realpathSync(ROOT));
  expect(stdout).toContain(`Until Clockwork is published, package.json refers to`);
});

/**
 * What `npm install` does, without a network: npm itself links what `clockwork` refers to; types stand here already.
 *
 * It links a copy without dependencies, so that it has no reason to look at those of the running one.
 */
async function install(project: string): Promise<void> {
  const copy = join(project, "copy");
  const { name, version, exports } = manifestOf(ROOT);
  mkdirSync(copy);
  writeFileSync(join(copy, "package.json"), JSON.stringify({ name, version, exports }));
  symlinkSync(join(ROOT, "dist"), join(copy, "dist"));
  const path = join(project, "package.json");
  const manifest = manifestOf(project);
  const devDependencies = { clockwork: "file:copy" };
  writeFileSync(path, JSON.stringify({ ...manifest, devDependencies }));
  const options = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  const installed = await start("npm", ["install", ...options], { cwd: project }).finished;
  expect(installed).toMatchObject({ code: 0 });
  const modules = join(project, "node_modules");
  expect(realpathSync(join(modules, "clockwork"))).toBe(realpathSync(copy));
  mkdirSync(join(modules, "@types"), { recursive: true });
  symlinkSync(join(ROOT, "node_modules/@types/node"), join(modules, "@types/node"));
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: unknown;
  readonly devDependencies: Readonly<Record<string, string>>;
}

// The folder that a project's package.json refers to.
function reference(project: string): string {
  const specifier = manifestOf(project).devDependencies["clockwork"] ?? "";
  expect(specifier).toMatch(/^file:/u);
  return resolve(realpathSync(project), specifier.slice("file:".length));
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}
