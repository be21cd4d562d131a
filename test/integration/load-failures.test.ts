import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadProject, type LoadOptions } from "../../src/app/project/load-project.ts";
import type { Diagnostic } from "../../src/model/diagnostic.ts";
import { testFolder } from "../support/folder.ts";
import { IMPORTS, load, loadIn, processesWith, VALID, type Source } from "../support/projects.ts";

interface Expected extends Partial<Pick<Diagnostic, "code" | "line">> {
  readonly message?: string | RegExp;
  readonly hint?: RegExp;
}

async function problemOf(source: Source, options: LoadOptions = {}): Promise<Diagnostic> {
  const { problems } = await load(source, options);
  expect(problems).toHaveLength(1);
  const [problem] = problems;
  if (problem === undefined) throw new Error("there is no problem");
  return problem;
}

describe("a project that cannot be loaded", () => {
  it.each<[string, string, Expected]>([
    [
      "throws",
      `const a = 1;\nthrow new TypeError("not today");\n`,
      { code: "project-threw", line: 2, message: "threw TypeError: not today" },
    ],
    [
      "throws in a function that it calls",
      `function f() {\n  throw new Error("deep");\n}\nf();\n`,
      { code: "project-threw", line: 2 },
    ],
    ["throws text", `throw "text";\n`, { code: "project-threw", message: 'threw "text"' }],
    ["throws nothing", `throw undefined;\n`, { code: "project-threw", message: "threw nothing" }],
    [
      "throws what cannot be looked at",
      `throw Object.defineProperty(new Error("x"), "message", { get() { throw new Error("y"); } });\n`,
      { code: "project-threw", line: null, message: "threw something that cannot be shown" },
    ],
    [
      "throws an error that hides its stack",
      `throw Object.assign(new Error("x"), { stack: 7 });\n`,
      { code: "project-threw", line: null, message: "threw Error: x" },
    ],
    [
      "throws what looks like a syntax error",
      `const text = "{";\nJSON.parse(text);\n`,
      { code: "project-threw", line: 2, message: /^threw SyntaxError: Expected property name/u },
    ],
    [
      "throws in a promise that nobody awaits",
      `void Promise.reject(new Error("nobody"));\nawait new Promise((go) => setTimeout(go, 200));\n`,
      { code: "project-threw", line: 1, message: "threw Error: nobody" },
    ],
    [
      "throws in a timer",
      `setTimeout(() => {\n  throw new Error("later");\n}, 1);\nawait new Promise(() => setInterval(() => 1, 50));\n`,
      { code: "project-threw", line: 2, message: "threw Error: later" },
    ],
    [
      "is no TypeScript",
      `const a: number = 1;\nconst b: = 2;\n`,
      { code: "project-syntax", line: 2, message: /^Unexpected token/u },
    ],
    [
      "is TypeScript and no JavaScript",
      `const a: number = 1;\nconst b = 1;\nconst a = 2;\n`,
      { code: "project-syntax", line: 3, message: /already been declared/u },
    ],
    [
      "has an enum",
      `const a = 1;\nenum Color { red }\n`,
      { code: "project-syntax", line: 2, hint: /as const/u },
    ],
    ["has a namespace", `namespace N {\n  export const a = 1;\n}\n`, { line: 1, hint: /module/u }],
    [
      "has a parameter property",
      `class A {\n  constructor(public a: number) {}\n}\n`,
      { line: 2, hint: /declare the property/u },
    ],
    [
      "has a decorator",
      `import { retry } from "clockwork";\nclass A {\n  @retry({ maxAttempts: 2 })\n  m() {}\n}\n`,
      { code: "project-syntax", line: 3, hint: /use a wrapper, such as retry\(/u },
    ],
    [
      "imports a file that is not there",
      `const a = 1;\nimport { b } from "./b.ts";\n`,
      { code: "project-import", line: 2, message: /Cannot find module .*b\.ts'$/u },
    ],
    [
      "imports a package that is not there",
      `import a from "no-such-package";\n`,
      { code: "project-import", line: 1, message: "Cannot find package 'no-such-package'" },
    ],
    [
      "imports what a module does not export",
      `const a = 1;\nimport { Nope } from "clockwork/assertions";\n`,
      { code: "project-import", line: 2, message: /does not provide an export named 'Nope'/u },
    ],
    [
      "imports a part of clockwork that is not there",
      `const a = 1;\nimport { b } from "clockwork/nope";\n`,
      { code: "project-import", line: 2, message: /^Cannot find 'clockwork\/nope': there are/u },
    ],
    [
      "calls process.exit",
      `import { exit } from "node:process";\n\nexit(7);\n`,
      {
        code: "project-exited",
        line: 3,
        message: "ended the process with code 7 while it was loaded",
        hint: /must not call process\.exit/u,
      },
    ],
    [
      "calls process.exit with the code that Node has for a wait without end",
      `process.exit(13);\n`,
      { code: "project-exited", line: 1 },
    ],
    [
      "kills itself",
      `process.kill(process.pid, "SIGKILL");\nawait new Promise((go) => setTimeout(go, 5_000));\n`,
      { code: "project-exited", message: "ended with SIGKILL while it was loaded" },
    ],
    [
      "waits at its top level for nothing",
      `const a = 1;\nawait new Promise(() => undefined);\n`,
      { code: "project-timeout", line: 2, message: /waits at the top level/u },
    ],
  ])("is told with its line when it %s", async (_, source, expected) => {
    const problem = await problemOf(source);
    const { message = /./u, hint, ...rest } = expected;
    expect(problem).toMatchObject({ file: "main.ts", ...rest });
    if (message instanceof RegExp) expect(problem.message).toMatch(message);
    else expect(problem.message).toBe(message);
    if (hint !== undefined) expect(problem.hint).toMatch(hint);
    expect(problem.message).not.toMatch(/\p{Cc}/u);
  });

  it("is told with the line of the file that it imports", async () => {
    const problem = await problemOf({
      "main.ts": `import "./lib/bad.ts";\n`,
      "lib/bad.ts": `const a = 1;\n\nthrow new Error("here");\n`,
    });
    expect(problem).toMatchObject({ file: "lib/bad.ts", line: 3, message: "threw Error: here" });
    expect(
      await problemOf({
        "main.ts": `import "./data.json" with { type: "json" };\nimport "./lib/bad.ts";\n`,
        "data.json": `{ "a": 1 }`,
        "lib/bad.ts": `const a: number = 1;\nconst a = 2;\n`,
      }),
    ).toMatchObject({ file: "lib/bad.ts", line: 2, code: "project-syntax" });
  });

  it("is told how to be a module when a script beside it is none", async () => {
    const problem = await problemOf({
      "package.json": `{ "type": "commonjs" }`,
      "main.ts": `import "./old.js";\n`,
      "old.js": `import "node:fs";\n`,
    });
    expect(problem).toMatchObject({ code: "project-syntax", hint: /"type": "module"/u });
  });
});

describe("a project that takes too long", () => {
  const limit = { timeoutMs: 1_500 };

  it("is told with the line of its loop", async () => {
    const source = `${IMPORTS}\nlet count = 0;\nfor (;;) {\n  count += 1;\n}\n`;
    const problem = await problemOf(source, limit);
    expect(problem).toMatchObject({
      code: "project-timeout",
      message: "did not finish loading within 1.5 s",
    });
    expect([4, 5]).toContain(problem.line);
  });

  it("is told with the line of a loop in a file that it imports", async () => {
    using folder = testFolder();
    mkdirSync(join(folder.path, "project"));
    folder.write("shared.ts", `export function spin() {\n  for (;;);\n}\n`);
    const main = folder.write("project/main.ts", `import { spin } from "../shared.ts";\nspin();\n`);
    const { problems } = await loadProject(main, limit);
    expect(problems).toMatchObject([{ file: "../shared.ts", line: 2 }]);
  });

  it("is told with the line where it waits, while a timer keeps it alive", async () => {
    const source = `setInterval(() => {\n  Math.random();\n}, 10);\n\nawait new Promise(() => undefined);\n`;
    expect(await problemOf(source, limit)).toMatchObject({ code: "project-timeout", line: 5 });
  });

  it("says what happened though nobody has got as far as listening", async () => {
    expect(await problemOf(VALID, { timeoutMs: 1 })).toMatchObject({
      code: "project-timeout",
      message: "did not finish loading within 0.001 s",
    });
  });

  it("is ended when it wants to hear nothing of it", async () => {
    const source = `process.on("SIGUSR1", () => undefined);\nprocess.on("SIGTERM", () => undefined);\nfor (;;);\n`;
    expect(await problemOf(source, limit)).toMatchObject({ code: "project-timeout" });
  });

  it("is loaded when its loop comes only at its end", async () => {
    const { resources } = await load(
      `${VALID}process.on("exit", () => {\n  for (;;);\n});\n`,
      limit,
    );
    expect(resources).toHaveLength(1);
  });

  it("is ended with all that it started when nobody wants it any more", async () => {
    using folder = testFolder();
    const controller = new AbortController();
    const loading = loadIn(
      folder,
      `import { writeFileSync } from "node:fs";\nwriteFileSync("started", String(process.pid));\nfor (;;);\n`,
      { signal: controller.signal },
    );
    const started = join(folder.path, "started");
    await expect.poll(() => existsSync(started), { timeout: 10_000 }).toBe(true);
    controller.abort(new Error("enough"));
    await expect(loading).rejects.toThrow("enough");
    const pid = Number(readFileSync(started, "utf8"));
    await expect.poll(() => processesWith(folder.path)).toEqual([]);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});

describe("a project that takes too much memory", () => {
  it.each([
    [
      "of its heap",
      `const all: number[][] = [];\nfor (;;) all.push(Array.from({ length: 9_999 }, Math.random));\n`,
    ],
    ["outside of it", `const all = [];\nfor (;;) all.push(Buffer.alloc(2 ** 20, 1));\n`],
  ])("%s is told so", async (_, source) => {
    expect(await problemOf(source, { memoryMb: 64 })).toMatchObject({
      code: "project-exited",
      message: "ran out of memory while it was loaded: it may use 64 MiB",
    });
  });
});
