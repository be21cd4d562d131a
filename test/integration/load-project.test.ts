import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadProject } from "../../src/app/project/load-project.ts";
import { testFolder } from "../support/folder.ts";
import { IMPORTS, load, loadIn, processesWith, VALID } from "../support/projects.ts";

describe("a project that is in order", () => {
  it("comes back as data, with the line of everything that was declared", async () => {
    const { resources, problems, files } = await load(`${IMPORTS}
export const one = new HostResource({
  name: "one",
  assertions: [
    new FileExistsAssert({ path: "/etc/hosts", severity: "warn" }),
    new PortAccessibleAssert({
      port: 80,
    }),
  ],
});
new HostResource({ name: "two", dependsOn: [one] });
`);
    expect(problems).toEqual([]);
    expect(files).toEqual(["main.ts"]);
    expect(resources).toMatchObject([
      {
        kind: "host",
        name: "one",
        declaredAt: { file: "main.ts", line: 3 },
        assertions: [
          {
            kind: "file-exists",
            parameters: { path: "/etc/hosts" },
            severity: "warn",
            declaredAt: { line: 6 },
          },
          { kind: "port-accessible", parameters: { port: 80 }, declaredAt: { line: 7 } },
        ],
      },
      { name: "two", policy: { dependsOn: ["one"] }, declaredAt: { line: 12 } },
    ]);
  });

  it("may push assertions later, and attach some that stand alone", async () => {
    const { resources, problems } = await load(`${IMPORTS}
const a = new HostResource({ name: "a" });
const b = new HostResource({ name: "b" });
a.assertions.push(new FileExistsAssert({ path: "/1" }));
new FileExistsAssert({ path: "/2", resource: "b" });
new FileExistsAssert({ path: "/3", resource: b });
await Promise.resolve();
new FileExistsAssert({ path: "/4", resource: "late" });
new HostResource({ name: "late" });
`);
    expect(problems).toEqual([]);
    expect(
      resources.map(({ name, assertions }) => [name, assertions.map((one) => one.parameters)]),
    ).toEqual([
      ["a", [{ path: "/1" }]],
      ["b", [{ path: "/2" }, { path: "/3" }]],
      ["late", [{ path: "/4" }]],
    ]);
  });

  it("may import files of its own, each with its own lines", async () => {
    const { resources, files } = await load({
      "main.ts": `import { host } from "./lib/host.ts";\nhost("a");\n`,
      "lib/host.ts": `${IMPORTS}
export function host(name: string) {
  return new HostResource({ name, assertions: [new FileExistsAssert({ path: "/a" })] });
}
`,
    });
    expect(files).toEqual(["main.ts", "lib/host.ts"]);
    expect(resources).toMatchObject([{ declaredAt: { file: "lib/host.ts", line: 4 } }]);
  });

  it("is a module even where package.json says otherwise", async () => {
    const { problems, resources } = await load({
      "package.json": `{ "type": "commonjs" }`,
      "main.ts": `${VALID}import "./lib/other.ts";\n`,
      "lib/other.ts": `export const x: number = await Promise.resolve(1);\n`,
    });
    expect(problems).toEqual([]);
    expect(resources).toHaveLength(1);
  });

  it("uses the running package, whatever is installed beside it", async () => {
    const { problems, resources } = await load({
      "package.json": `{ "type": "module" }`,
      "main.ts": VALID,
      "node_modules/clockwork/package.json": `{ "name": "clockwork", "exports": { "./resources": "./x.js" } }`,
      "node_modules/clockwork/x.js": `throw new Error("the wrong package");`,
    });
    expect(problems).toEqual([]);
    expect(resources).toHaveLength(1);
  });

  it.each(["with spaces", "größe-日本", "a#b?c%20d", "(copy) [1]"])(
    "may lie in a folder called %s, and its lines are known",
    async (name) => {
      using folder = testFolder();
      mkdirSync(join(folder.path, name));
      const main = folder.write(join(name, "main.ts"), VALID);
      const { problems, resources } = await loadProject(main);
      expect(problems).toEqual([]);
      expect(resources).toMatchObject([{ declaredAt: { file: "main.ts", line: 3 } }]);
      folder.write(join(name, "main.ts"), `${IMPORTS}\nthrow new Error("no");\n`);
      expect((await loadProject(main)).problems).toMatchObject([{ file: "main.ts", line: 3 }]);
      folder.write(join(name, "main.ts"), `const a = 1;\nconst b = ;\n`);
      expect((await loadProject(main)).problems).toMatchObject([{ file: "main.ts", line: 2 }]);
    },
  );

  it("may be a link, or lie in a folder that is one", async () => {
    using folder = testFolder();
    mkdirSync(join(folder.path, "real"));
    mkdirSync(join(folder.path, "other"));
    folder.write("real/main.ts", VALID);
    symlinkSync(join(folder.path, "real"), join(folder.path, "linked"));
    symlinkSync("../real/main.ts", join(folder.path, "other/main.ts"));
    const inLinked = await loadProject(join(folder.path, "linked/main.ts"));
    expect(inLinked).toMatchObject({
      files: ["main.ts"],
      resources: [{ declaredAt: { file: "main.ts", line: 3 } }],
    });
    const linked = await loadProject(join(folder.path, "other/main.ts"));
    expect(linked).toMatchObject({
      files: ["main.ts", "../real/main.ts"],
      resources: [{ declaredAt: { file: "../real/main.ts", line: 3 } }],
    });
  });

  it("shares nothing with another load of the same file", async () => {
    using folder = testFolder();
    const source = `${IMPORTS}
const count = ((globalThis as { count?: number }).count ?? 0) + 1;
Object.assign(globalThis, { count });
new HostResource({ name: \`host-\${count}\` });
`;
    const both = await Promise.all([loadIn(folder, source), loadIn(folder, source)]);
    const again = await loadIn(folder, source);
    for (const { resources } of [...both, again]) {
      expect(resources).toMatchObject([{ name: "host-1" }]);
    }
  });

  it("may declare 2,000 resources", async () => {
    const { resources, problems } = await load(`${IMPORTS}
for (let index = 0; index < 2_000; index += 1) {
  new HostResource({ name: \`h\${index}\`, assertions: [new FileExistsAssert({ path: "/" + index })] });
}
`);
    expect(problems).toEqual([]);
    expect(resources).toHaveLength(2_000);
    expect(resources[1_999]?.assertions).toMatchObject([{ parameters: { path: "/1999" } }]);
  });

  it("may leave servers, timers and processes behind: they are gone afterwards", async () => {
    const mark = `3${String(Date.now()).slice(-7)}`;
    const { resources } = await load(`${IMPORTS}
import { spawn } from "node:child_process";
import { createServer } from "node:net";
createServer().listen(0, "127.0.0.1");
setInterval(() => undefined, 1_000);
spawn("sleep", ["${mark}"], { stdio: "inherit" });
new HostResource({ name: "a" });
`);
    expect(resources).toHaveLength(1);
    await expect.poll(() => processesWith(`sleep ${mark}`)).toEqual([]);
  });

  it("is loaded though a process that it started holds its pipes and goes on", async () => {
    using folder = testFolder();
    const startedMs = performance.now();
    const { resources } = await loadIn(
      folder,
      `${IMPORTS}
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
const child = spawn("sleep", ["30"], { detached: true, stdio: ["ignore", 1, 2, 3] });
writeFileSync("pid", String(child.pid));
new HostResource({ name: "a" });
`,
    );
    process.kill(Number(readFileSync(join(folder.path, "pid"), "utf8")));
    expect(resources).toHaveLength(1);
    expect(performance.now() - startedMs).toBeLessThan(9_000);
  });

  it("may print much: the beginning of it is passed on", async () => {
    const printed: string[] = [];
    const { resources } = await load(
      `${VALID}console.log("first");\nfor (let i = 0; i < 20_000; i += 1) console.error("line " + i);\n`,
      { onOutput: (text) => printed.push(text) },
    );
    expect(resources).toHaveLength(1);
    const all = printed.join("");
    expect(all).toContain("first\n");
    expect(all).toContain("line 1000\n");
    expect(all).toContain("… what else the project prints is not shown");
    expect(all.length).toBeLessThan(70_000);
  });
});

describe("a project with wrong declarations", () => {
  it("tells all of them, each with the line where its constructor begins", async () => {
    const { problems } = await load(`${IMPORTS}
new HostResource({
  name: "a",
  assertions: [
    new PortAccessibleAssert({
      // @ts-expect-error
      port: "80",
      hots: "a",
    }),
  ],
  dependsOn: 7,
});
`);
    expect(problems).toMatchObject([
      {
        code: "option-invalid",
        file: "main.ts",
        line: 6,
        property: "PortAccessibleAssert.port",
        message: 'must be integer from 1 to 65535: got "80"',
      },
      { line: 6, property: "PortAccessibleAssert.hots", hint: "did you mean host?" },
      { line: 3, property: "HostResource.dependsOn" },
    ]);
  });

  it("tells of assertions that belong to no resource, or to one that does not exist", async () => {
    const { problems } = await load(`${IMPORTS}
new HostResource({ name: "redis" });
new FileExistsAssert({ path: "/a" });
new FileExistsAssert({ path: "/b", resource: "radis" });
`);
    expect(problems).toMatchObject([
      { code: "assertion-unattached", line: 4, message: "file-exists belongs to no resource" },
      { code: "connection-unknown", line: 5, hint: "did you mean redis?" },
    ]);
  });

  it("tells of what was pushed to a list of assertions and is none", async () => {
    const { problems } = await load(`${IMPORTS}
const a = new HostResource({ name: "a" });
// @ts-expect-error
a.assertions.push("hunter", { kind: "file-exists" });
`);
    expect(problems).toMatchObject([
      { code: "option-invalid", line: 3 },
      { code: "option-invalid", line: 3 },
    ]);
  });

  it("tells no more than 100 problems", async () => {
    const { problems } = await load(
      `${IMPORTS}\nfor (let i = 0; i < 500; i += 1) new PortAccessibleAssert({ port: 0 });\n`,
    );
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toMatchObject({ code: "too-many-problems" });
  });

  it("tells of a file that is not there", async () => {
    using folder = testFolder();
    const { problems } = await loadProject(join(folder.path, "main.ts"));
    expect(problems).toMatchObject([
      { code: "project-missing", file: "main.ts", line: null, hint: /clockwork init/u },
    ]);
  });
});
