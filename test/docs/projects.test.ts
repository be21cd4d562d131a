import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadProject } from "../../src/app/project/load-project.ts";
import { openProject } from "../../src/app/project/open-project.ts";
import * as actionClasses from "../../src/actions.ts";
import * as assertionClasses from "../../src/assertions.ts";
import * as resourceClasses from "../../src/resources.ts";
import { cli, start } from "../support/cli.ts";
import { startService } from "../support/services.ts";
import { fragments, projects, read, ROOT, type Example } from "./documents.ts";

/** Within the package, so that `clockwork` is the package itself. */
const FOLDER = join(ROOT, "dist/example-projects");
const FRAGMENTS = join(FOLDER, "fragments");

/** What stands elsewhere in the `main.ts` that a fragment is part of. */
const ELSEWHERE = ["shop", "redis", "database"] as const;

beforeAll(() => {
  for (const [index, { text }] of projects.entries()) {
    mkdirSync(projectFolder(index), { recursive: true });
    writeFileSync(join(projectFolder(index), "main.ts"), text);
  }
  mkdirSync(FRAGMENTS, { recursive: true });
  const names = fragments.map(fragmentFile);
  for (const [index, fragment] of fragments.entries()) {
    writeFileSync(join(FRAGMENTS, names[index] ?? ""), completed(fragment));
  }
  const imports = names.map((name) => `import "./${name}";\n`);
  writeFileSync(join(FRAGMENTS, "main.ts"), imports.join(""));
});

afterAll(() => {
  rmSync(FOLDER, { recursive: true, force: true });
});

it("the projects and fragments among the examples are found", () => {
  expect(projects.length).toBeGreaterThanOrEqual(6);
  expect(fragments.length).toBeGreaterThanOrEqual(40);
});

it.each(projects.map(({ name }, index) => [name, index] as const))(
  "%s is a project that compiles",
  async (_, index) => {
    const { plans } = await openProject(projectFolder(index));
    expect(plans.length).toBeGreaterThan(0);
  },
);

it("the fragments among the examples load, and have no other problem than that the rest is left out", async () => {
  const { problems, files } = await loadProject(join(FRAGMENTS, "main.ts"));
  expect(problems.filter(({ code }) => code !== "assertion-unattached")).toEqual([]);
  expect(files).toEqual(["main.ts", ...fragments.map(fragmentFile)]);
});

it("the projects and fragments among the examples are typed", async () => {
  const tsconfig = join(FOLDER, "tsconfig.json");
  writeFileSync(tsconfig, JSON.stringify({ extends: "../../tsconfig.json", include: ["**/*.ts"] }));
  const { code, stdout } = await start("tsc", ["--noEmit", "-p", tsconfig]).finished;
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
});

it("the README shows the report of its project as it really looks", async () => {
  const index = projects.findIndex(({ name }) => name.startsWith("README.md"));
  await using shop = await startService((_, response) => {
    response.writeHead(503).end('{"status":"starting"}');
  });
  const folder = join(FOLDER, "readme");
  mkdirSync(folder);
  const main = (projects[index]?.text ?? "").replaceAll(":8080", `:${String(shop.port)}`);
  writeFileSync(join(folder, "main.ts"), main);
  const { code, stdout } = await cli(["assert"], { cwd: folder });
  expect(code).toBe(1);
  const shown = steady(stdout.replaceAll(`:${String(shop.port)}`, ":8080"));
  expect(steady(read("README.md"))).toContain(shown);
});

function projectFolder(index: number): string {
  return join(FOLDER, `project-${String(index)}`);
}

function fragmentFile({ name }: Example): string {
  return `${name.replace(/[^\w#]+/gu, "-").replace("#", "")}.ts`;
}

// With the imports that it needs, and the resources that it names.
function completed({ text }: Example): string {
  const named = ELSEWHERE.filter((name) => new RegExp(`(?:\\w: |\\()${name}\\b`, "u").test(text));
  const before = named.map(
    (name) => `const ${name} = new ServiceResource({ name: "${name}", url: "http://${name}/" });`,
  );
  const whole = [...before, text].join("\n");
  return [
    importOf(actionClasses, "clockwork/actions", whole),
    importOf(assertionClasses, "clockwork/assertions", whole),
    importOf(resourceClasses, "clockwork/resources", whole),
    /\bsecret\./u.test(text) ? 'import { secret } from "clockwork";' : "",
    whole,
    "export {};\n",
  ].join("\n");
}

function importOf(entry: object, specifier: string, text: string): string {
  const names = Object.keys(entry).filter((name) => new RegExp(`\\b${name}\\b`, "u").test(text));
  return names.length === 0 ? "" : `import { ${names.join(", ")} } from "${specifier}";`;
}

// Without what differs from run to run, and with one space for any number.
function steady(text: string): string {
  return text.replace(/\d[\d.,]* (?:ms|s|GB|TB)\b/gu, "N").replace(/ +/gu, " ");
}
