import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";

const SCRIPT = fileURLToPath(new URL("setup.js", import.meta.url));

/** Stands for npm: notes how it was called, and puts in place what the script looks at. */
const NPM = `
echo "$$ $*" >> calls
[ -z "$NPM_HOLDS" ] || echo "npm is process $$" >&2
while [ -n "$NPM_HOLDS" ] && [ -e scripts ] && [ ! -e go ]; do sleep 0.01; done
[ -z "$NPM_FAILS" ] || exit 243
mkdir -p node_modules
cp -r installed/. node_modules
[ -z "$NPM_IGNORES_SCRIPTS" ] || rm -r node_modules/node/bin
`;

const INSTALLED = /^Installing dependencies \(npm ci\) …\nInstalled in \d+\.\d s\.\n$/u;

const node = { "node_modules/node": { version: "24.1.0" } };
const other = { "node_modules/other-platform": { version: "1.0.0", optional: true } };
const oldOther = { "node_modules/other-platform": { version: "0.9.0" } };
const a = (version: string): object => ({ "node_modules/a": { version } });

let folder = "";
let environment: NodeJS.ProcessEnv = {};

const at = (path: string): string => join(folder, path);

function write(path: string, content: unknown): void {
  writeFileSync(at(path), typeof content === "string" ? content : JSON.stringify(content));
}

function remove(path: string): void {
  rmSync(at(path), { recursive: true });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clockwork-setup-test-"));
  for (const path of ["scripts", "tmp", "installed/node/bin"]) {
    mkdirSync(at(path), { recursive: true });
  }
  copyFileSync(SCRIPT, at("scripts/setup.js"));
  write("npm-stand-in.sh", NPM);
  write("package.json", { name: "tiny", type: "module" });
  const wanted = { "": { name: "tiny" }, ...a("1.2.3"), ...node, ...other };
  write("package-lock.json", { lockfileVersion: 3, packages: wanted });
  write("installed/.package-lock.json", { packages: { ...a("1.2.3"), ...node } });
  write("installed/node/package.json", { version: "24.1.0" });
  write("installed/node/bin/node", "");
  cpSync(at("installed"), at("node_modules"), { recursive: true });
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_/iu.test(name));
  environment = {
    ...Object.fromEntries(inherited),
    TMPDIR: at("tmp"),
    npm_execpath: at("npm-stand-in.sh"),
    npm_node_execpath: "/bin/sh",
  };
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  /** Waits until something was said, and gives its first group. */
  readonly said: (pattern: RegExp) => Promise<string | undefined>;
  /** Exit code or signal, and everything that was said. */
  readonly ended: Promise<readonly [number | string | null, string]>;
}

function start(variables: NodeJS.ProcessEnv = {}, ...options: readonly string[]): Run {
  const child = spawn(process.execPath, [...options, at("scripts/setup.js")], {
    env: { ...environment, ...variables },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      child.emit("said");
    });
  }
  return {
    child,
    said: (pattern) =>
      new Promise((resolve) => {
        const look = (): void => {
          const match = pattern.exec(text);
          if (match !== null) resolve(match[1]);
        };
        child.on("said", look);
        look();
      }),
    ended: new Promise((resolve) => {
      child.once("close", (code, signal) => {
        resolve([code ?? signal, text]);
      });
    }),
  };
}

const NPM_STARTED = /npm is process (\d+)\n/u;

/** The calls of npm, each with its process id in front of the arguments. */
function calls(): readonly string[] {
  return existsSync(at("calls")) ? readFileSync(at("calls"), "utf8").trim().split("\n") : [];
}

it("setup does nothing and says nothing when all is in place", async () => {
  expect(await start().ended).toEqual([0, ""]);
  expect(calls()).toEqual([]);
});

it("setup runs npm ci so that no settings of a person leave anything out", async () => {
  remove("node_modules");
  expect(await start().ended).toEqual([0, expect.stringMatching(INSTALLED)]);
  const includes = "--include=dev --include=optional --include=peer";
  const quiet = "--no-audit --no-fund --no-update-notifier --loglevel=error";
  expect(calls()).toEqual([expect.stringMatching(`^\\d+ ci ${includes} ${quiet}$`)]);
});

it.each([
  ["the last installation did not end", {}],
  ["a package is missing", node],
  ["a package has another version", { ...node, ...a("1.2.4") }],
  ["an optional package has another version", { ...node, ...a("1.2.3"), ...oldOther }],
  ["a package is stale", { ...node, ...a("1.2.3"), "node_modules/b": { version: "1.0.0" } }],
  ["what was installed is nonsense", { ...node, "node_modules/a": null }],
])("setup installs when %s", async (_what, packages) => {
  write("node_modules/.package-lock.json", { packages });
  expect(await start().ended).toEqual([0, expect.stringMatching(INSTALLED)]);
});

it.each([
  ["the Node binary is missing", "node_modules/node/bin/node", null],
  ["the Node binary is too old", "node_modules/node/package.json", { version: "22.9.0" }],
  ["what was installed cannot be read", "node_modules/.package-lock.json", "{"],
])("setup installs when %s", async (_what, path, content) => {
  remove(path);
  if (content !== null) write(path, content);
  expect(await start().ended).toEqual([0, expect.stringMatching(INSTALLED)]);
});

it.each(["", "null", '{"packages":1}', '{"packages":{"":{},"x":null}}'])(
  "setup leaves it to npm to tell what is wrong with the lock file %j",
  async (lock) => {
    remove("node_modules");
    write("package-lock.json", lock);
    const [code, text] = await start({ NPM_FAILS: "1" }).ended;
    expect(code).toBe(243);
    expect(text).toContain("npm ci failed with exit code 243. See whether");
  },
);

it("setup says what to do when npm left out the install script that brings Node", async () => {
  remove("node_modules");
  const [code, text] = await start({ NPM_IGNORES_SCRIPTS: "1" }).ended;
  expect(code).toBe(1);
  expect(text).toContain("npm ci --ignore-scripts=false");
});

it("setup looks for npm on the PATH when another package manager runs it", async () => {
  remove("node_modules");
  const [code, text] = await start({ PATH: at("tmp"), npm_execpath: "/usr/lib/yarn.js" }).ended;
  expect(code).toBe(127);
  expect(text).toContain("npm cannot be run: spawn npm ENOENT. Install it");
});

it("setup under an old Node says which one is needed", async () => {
  const pretend = ["versions", "version"].map((name) => {
    const value = name === "version" ? "v18.20.4" : { node: "18.20.4" };
    return `Object.defineProperty(process, "${name}", { value: ${JSON.stringify(value)} });`;
  });
  write("old.cjs", pretend.join("\n"));
  expect(await start({}, "--require", at("old.cjs")).ended).toEqual([
    78,
    "Clockwork needs Node 20 or newer to install itself (it brings its own Node 24): this is v18.20.4\n",
  ]);
});

it("setup waits for another one that installs, and then has nothing to do", async () => {
  remove("node_modules");
  const first = start({ NPM_HOLDS: "1" });
  await first.said(NPM_STARTED);
  const second = start();
  const owner = await second.said(/Waiting for process (\d+), which installs/u);
  expect(owner).toBe(String(first.child.pid));
  write("go", "");
  expect((await first.ended)[0]).toBe(0);
  expect((await second.ended)[0]).toBe(0);
  expect(calls()).toHaveLength(1);
  expect(readdirSync(at("tmp"))).toEqual([]);
});

it("setup takes over from another one that was killed", async () => {
  remove("node_modules");
  const killed = start({ NPM_HOLDS: "1" });
  const npm = await killed.said(NPM_STARTED);
  killed.child.kill("SIGKILL");
  process.kill(Number(npm), "SIGKILL");
  expect((await killed.ended)[0]).toBe("SIGKILL");
  expect(readdirSync(at("tmp"))).toHaveLength(1);
  expect(await start().ended).toEqual([0, expect.stringMatching(INSTALLED)]);
  expect(readdirSync(at("tmp"))).toEqual([]);
});

it("setup passes a signal on to npm, and leaves no lock", async () => {
  remove("node_modules");
  const run = start({ NPM_HOLDS: "1" });
  const npm = await run.said(NPM_STARTED);
  run.child.kill("SIGTERM");
  const [code, text] = await run.ended;
  expect(code).toBe(143);
  expect(text).toMatch(/npm ci was interrupted by SIGTERM[.]\n$/u);
  expect(() => process.kill(Number(npm), 0)).toThrow("ESRCH");
  expect(readdirSync(at("tmp"))).toEqual([]);
});

it("setup works with the real npm, and with a script of the project that runs it again", async () => {
  remove("node_modules");
  mkdirSync(at("package"));
  write("package/package.json", { name: "a", version: "1.2.3" });
  execFileSync("tar", ["--create", "--gzip", "--file=a.tgz", "package"], { cwd: folder });
  const project = { name: "tiny", dependencies: { a: "file:a.tgz" } };
  const packages = {
    "": project,
    "node_modules/a": { version: "1.2.3", resolved: "file:a.tgz" },
  };
  const scripts = { prepare: "node scripts/setup.js" };
  write("package.json", { ...project, type: "module", scripts });
  write("package-lock.json", { name: "tiny", lockfileVersion: 3, requires: true, packages });
  // Nothing from the network, and none of the person's settings.
  const settings = { npm_config_offline: "true", npm_config_userconfig: at("none") };
  const variables = { ...settings, npm_config_cache: at("cache"), npm_execpath: "" };
  expect(await start(variables).ended).toEqual([0, expect.stringMatching(INSTALLED)]);
  expect(existsSync(at("node_modules/a/package.json"))).toBe(true);
  expect(await start(variables).ended).toEqual([0, ""]);
}, 20_000);
