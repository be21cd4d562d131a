import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { cli, type Finished } from "../support/cli.ts";
import { testFolder } from "../support/folder.ts";
import { freePort } from "../support/ports.ts";

const EXAMPLE = join(import.meta.dirname, "../../examples/deployed-site");

it("examples/deployed-site is deployed, told otherwise, rolled back, repaired and taken away", async () => {
  using folder = testFolder();
  for (const name of ["main.ts", "server.js", "package.json"]) {
    cpSync(join(EXAMPLE, name), join(folder.path, name));
  }
  const port = String(await freePort());
  const run = async (args: readonly string[], greeting = "Good morning"): Promise<Finished> =>
    await cli(args, {
      cwd: folder.path,
      env: {
        SITE_PORT: port,
        SITE_GREETING: greeting,
        CW_MARKS_DIR: join(folder.path, "marks"),
        // As people have it who run `node`.
        PATH: `${join(process.execPath, "..")}:${process.env["PATH"] ?? ""}`,
      },
    });
  const page = async (): Promise<string> => await (await fetch(`http://127.0.0.1:${port}/`)).text();
  const succeed = async (...args: Parameters<typeof run>): Promise<string> => {
    const { code, stdout, stderr } = await run(...args);
    expect(code, stdout + stderr).toBe(0);
    return stdout;
  };
  try {
    await succeed(["apply", "--yes"]);
    expect(await page()).toBe("Good morning\n");
    expect(await succeed(["apply", "--yes"])).toContain("Nothing to do");
    const { code, stdout } = await run(["plan", "--detailed-exitcode"], "Good evening");
    expect({ code, stdout }).toMatchObject({
      code: 2,
      stdout: expect.stringContaining("Good evening") as string,
    });
    await succeed(["apply", "--yes"], "Good evening");
    expect(await page()).toBe("Good evening\n");
    await succeed(["rollback", "1", "--yes"]);
    expect(await page()).toBe("Good morning\n");
    await run(["plan"]);
    const broken = await run(["apply", "--yes"], 'Good "night');
    expect(broken.code, broken.stdout).toBe(1);
    expect(broken.stdout).toContain("rolled back");
    // The old one was started again, and needs a moment.
    await vi.waitFor(async () => {
      expect(await page()).toBe("Good morning\n");
    }, 30_000);
  } finally {
    await succeed(["destroy", "--yes"]);
  }
  await expect(page()).rejects.toThrow();
  expect(existsSync(join(folder.path, "site"))).toBe(false);
  expect(readFileSync(join(folder.path, "clockwork.yaml"), "utf8")).toContain("id: ");
}, 180_000);
