import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { containers } from "../../src/adapters/docker/containers.ts";
import { systemClock } from "../../src/adapters/system/clock.ts";
import { systemCommands } from "../../src/adapters/system/commands.ts";
import { projectFunctions } from "../../src/app/functions/project-functions.ts";
import { loadProject } from "../../src/app/project/load-project.ts";
import { functionOption } from "../../src/model/function-option.ts";
import type { FunctionOutcome } from "../../src/model/function-outcome.ts";
import type { FunctionReference } from "../../src/model/function-reference.ts";
import { targetOf } from "../../src/model/target.ts";
import type { FunctionOptions, Functions } from "../../src/ports/functions.ts";
import { dockerEngine } from "./docker.ts";
import { testFolder, type TestFolder } from "./folder.ts";

/** A project with functions of all sorts. */
export interface FunctionProject extends AsyncDisposable {
  readonly folder: TestFolder;
  readonly functions: Functions;
  /** Another runner of the same functions. */
  readonly open: () => Functions;
  /** What a plan says of a function. */
  readonly named: (name: string) => FunctionReference;
  /** Runs one, on the resource `box` unless told otherwise. */
  readonly run: (name: string, options?: Partial<FunctionOptions>) => Promise<FunctionOutcome>;
}

const MAIN = `
import { spawn } from "node:child_process";
import { appendFileSync, readFileSync, writeSync } from "node:fs";
import { CodeAssert } from "clockwork/assertions";
import { HostResource } from "clockwork/resources";
import { double } from "tiny-package";
import { fail } from "./local.ts";

const host = new HostResource({ name: "box" });
const claim = (fn, options = {}) => new CodeAssert(fn, { resource: host, ...options });

claim(function returns(resource, context) {
  console.log("looking at", resource.name);
  return { passed: true, message: resource.kind, timeoutMs: context.timeoutMs, aborted: context.signal.aborted };
});
claim(function throws() {
  throw new TypeError("no such thing");
});
claim(async function rejects() {
  await null;
  fail();
});
claim(function throwsLater() {
  setTimeout(() => { throw new Error("later"); }, 1);
  return new Promise(() => setTimeout(() => {}, 60_000));
});
claim(function loops() {
  writeSync(1, String(process.pid));
  for (;;);
});
claim(function waits() {
  writeSync(1, String(process.pid));
  return new Promise(() => setInterval(() => {}, 1_000));
});
claim(function waitsForNothing() {
  return new Promise(() => {});
});
claim(function eats() {
  const all = [];
  for (;;) all.push(new Array(1_000).fill(all.length));
});
claim(function eatsBuffers() {
  const all = [];
  for (;;) all.push(Buffer.alloc(4_000_000, 1));
});
claim(function exits() {
  process.exit(7);
});
claim(function crashes() {
  process.kill(process.pid, "SIGSEGV");
  for (;;);
});
claim(function prints() {
  for (let line = 0; line < 4_000; line += 1) process.stdout.write("x".repeat(99) + "\\n");
  return true;
});
claim(function spawns() {
  const child = spawn("/bin/sleep", ["86399"], { stdio: "inherit" });
  return child.pid ?? 0;
});
claim(async function spawnsDetached() {
  const child = spawn("/bin/sh", ["-c", "/bin/sleep 86398 & wait"], { stdio: "ignore", detached: true });
  child.unref();
  while (!readFileSync("/proc/" + child.pid + "/task/" + child.pid + "/children", "utf8")) {}
  return readFileSync("/proc/" + child.pid + "/task/" + child.pid + "/children", "utf8") + child.pid;
});
claim(function imports() {
  return double(21);
});
claim(function looksAtEnvironment() {
  return Object.keys(process.env);
});
claim(function returnsNoJson() {
  return { passed: true, seen: new Map() };
});
claim(async function meets() {
  const log = import.meta.dirname + "/log";
  appendFileSync(log, "+");
  while (readFileSync(log, "utf8").split("+").length <= 4) await new Promise((go) => setTimeout(go, 10));
  appendFileSync(log, "-");
  return true;
});
claim(async function runs(resource) {
  const { exitCode, stdout, stderr } = await resource.run(["sh", "-c", "echo $0; echo oops >&2; exit 3", resource.name]);
  return { passed: exitCode === 3, stdout, stderr };
});
claim(async function runsNothing(resource) {
  await resource.run(["no-such-program"]);
  return true;
});
claim(async function runsText(resource) {
  await resource.run("ls -l");
  return true;
});
claim(async function leavesCommand(resource) {
  resource.run(["sh", "-c", "echo $$ > pid; exec sleep 86399"]);
  const { existsSync } = await import("node:fs");
  while (!existsSync("pid")) await new Promise((go) => setTimeout(go, 10));
  return true;
});
`;

const LOCAL = `export function fail() {
  throw new Error("from elsewhere");
}
`;

/** Writes the project and loads it. */
export async function functionProject(): Promise<FunctionProject> {
  const folder = testFolder();
  const packageFolder = "node_modules/tiny-package";
  mkdirSync(join(folder.path, packageFolder), { recursive: true });
  folder.write(`${packageFolder}/package.json`, '{"type":"module","exports":"./index.js"}');
  folder.write(`${packageFolder}/index.js`, "export const double = (n) => n * 2;");
  folder.write("local.ts", LOCAL);
  const references = await load(folder.write("main.ts", MAIN));
  const open = (): Functions => openIn(folder.path);
  const functions = open();
  const named = (name: string): FunctionReference => {
    const reference = references.get(name);
    if (reference === undefined) throw new Error(`there is no function ${name}`);
    return reference;
  };
  return {
    folder,
    functions,
    open,
    named,
    run: (name, options) =>
      functions.run(named(name), {
        targets: [targetOf("box", "host", {})],
        memoryMb: 128,
        timeoutMs: 15_000,
        signal: new AbortController().signal,
        ...options,
      }),
    [Symbol.asyncDispose]: async () => {
      await functions[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

async function load(main: string): Promise<ReadonlyMap<string, FunctionReference>> {
  const { resources, problems } = await loadProject(main);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const assertions = resources.flatMap((resource) => resource.assertions);
  const type = functionOption();
  return new Map(
    assertions.map(({ parameters: { name, fn } }) => [
      typeof name === "string" ? name : "",
      type.read(fn),
    ]),
  );
}

function openIn(root: string): Functions {
  const commands = systemCommands({ cwd: root });
  return projectFunctions({
    root,
    commands: () => Promise.resolve(commands),
    containers: async () => {
      const env = { DOCKER_HOST: (await dockerEngine()).host };
      return containers({ clock: systemClock, env, commands });
    },
  });
}
