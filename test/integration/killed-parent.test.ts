import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { testFolder, type TestFolder } from "../support/folder.ts";

const WITHIN = { timeout: 10_000, interval: 20 };

/** Opens a project and looks at all of it, as the command does. */
const PARENT = `const { openProject } = await import(process.argv[1]);
const project = await openProject(process.argv[2], { timeoutMs: 60_000 });
await project.assert();`;

const LOOP = `writeFileSync(import.meta.dirname + "/pid", String(process.pid)); for (;;);`;
const HEAD = `import { writeFileSync } from "node:fs";
import { CodeAssert } from "clockwork/assertions";
import { HostResource } from "clockwork/resources";
`;

let folder: TestFolder;
let parent: ChildProcess | null = null;
beforeEach(() => {
  folder = testFolder();
});
afterEach(() => {
  parent?.kill("SIGKILL");
  folder[Symbol.dispose]();
});

function isAlive(pid: number): boolean {
  try {
    // A zombie waits for somebody to notice, and does nothing.
    return !/^\d+ \(.*\) Z/u.test(readFileSync(`/proc/${String(pid)}/stat`, "utf8"));
  } catch {
    return false;
  }
}

describe.skipIf(!existsSync("/usr/bin/setpriv"))("when Clockwork itself is killed,", () => {
  it.each([
    ["a project that is being loaded", LOOP],
    [
      "a function",
      `new HostResource({ name: "a", assertions: [new CodeAssert(() => { ${LOOP} }, { timeout: "60s" })] });`,
    ],
  ])("%s that loops ends as well", async (_, declared) => {
    folder.write("main.ts", HEAD + declared);
    const entry = new URL("../../src/app/project/open-project.ts", import.meta.url);
    parent = spawn(
      process.execPath,
      ["--input-type=module", "--eval", PARENT, fileURLToPath(entry), folder.path],
      { stdio: "ignore" },
    );
    const file = join(folder.path, "pid");
    const pid = await vi.waitFor(() => {
      const text = readFileSync(file, "utf8");
      expect(text).toMatch(/^\d+$/u);
      return Number(text);
    }, WITHIN);
    try {
      expect(isAlive(pid)).toBe(true);
      parent.kill("SIGKILL");
      await vi.waitFor(() => {
        expect(isAlive(pid)).toBe(false);
      }, WITHIN);
    } finally {
      if (isAlive(pid)) process.kill(pid, "SIGKILL");
    }
  });
});
