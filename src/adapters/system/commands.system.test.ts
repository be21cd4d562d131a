import { spawn } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, expect, it, vi } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import type { CommandOutcome, RunOptions } from "../../ports/commands.ts";
import { systemCommands } from "./commands.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "clockwork-commands-")));
afterAll(() => {
  rmSync(root, { recursive: true });
});
const commands = systemCommands({ cwd: root });
const { signal } = new AbortController();

function run(
  command: readonly string[],
  options: Partial<RunOptions> = {},
): Promise<CommandOutcome> {
  return commands.run(command, { signal, limitBytes: 100_000, ...options });
}

function shell(script: string, options: Partial<RunOptions> = {}): Promise<CommandOutcome> {
  return run(["/bin/sh", "-c", script], options);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // Whoever is dead and has not been buried still has a number.
    return !/^State:\tZ/mu.test(readFileSync(`/proc/${String(pid)}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Waits until a script has written its process id into a file. */
function pidIn(name: string): Promise<number> {
  return vi.waitFor(
    () => {
      const pid = Number(readFileSync(join(root, name), "utf8"));
      if (!(pid > 1)) throw new Error("no process id yet");
      return pid;
    },
    { interval: 5, timeout: 4_000 },
  );
}

async function gone(pid: number): Promise<boolean> {
  await vi.waitUntil(() => !isRunning(pid), { interval: 5, timeout: 4_000 });
  return true;
}

it("run() tells how a command ended, whatever its exit code", async () => {
  expect(await shell("echo out; echo err >&2; exit 3")).toEqual({
    exitCode: 3,
    exitSignal: null,
    stdout: "out\n",
    stderr: "err\n",
    isTruncated: false,
  });
  expect(await shell("kill -TERM $$")).toMatchObject({ exitCode: null, exitSignal: "SIGTERM" });
});

it("run() hands arguments over as they are, without a shell", async () => {
  const outcome = await run(["printf", "%s|", "a b", "$HOME; echo", "*", "", "'\""]);
  expect(outcome.stdout).toBe("a b|$HOME; echo|*||'\"|");
});

it("run() shows a command little of our environment", async () => {
  vi.stubEnv("CLOCKWORK_TEST_SECRET", "s3cret");
  vi.stubEnv("LANG", "de_DE.UTF-8");
  vi.stubEnv("TZ", undefined);
  const { stdout } = await run(["/usr/bin/env"], { env: { ADDED: "1", USER: "other" } });
  const names = stdout.split("\n").map((line) => line.split("=")[0]);
  const known = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "USER", "ADDED", ""];
  expect(known).toEqual(expect.arrayContaining(names));
  expect(stdout).toContain("LANG=de_DE.UTF-8\n");
  expect(stdout).toContain("ADDED=1\n");
  expect(stdout).toContain("USER=other\n");
});

it("run() works in the project's folder, or in one relative to it", async () => {
  mkdirSync(join(root, "inside"));
  expect((await run(["/bin/pwd"])).stdout).toBe(`${root}\n`);
  expect((await run(["/bin/pwd"], { cwd: "inside" })).stdout).toBe(`${root}/inside\n`);
});

it("run() gives a command its input, or none", async () => {
  expect((await run(["cat"], { input: "häl\nlo" })).stdout).toBe("häl\nlo");
  expect((await run(["cat"])).stdout).toBe("");
  // Far more than a pipe holds, for one who does not read it.
  expect(await run(["true"], { input: "x".repeat(1_000_000) })).toMatchObject({ exitCode: 0 });
});

it("run() keeps the beginning of what is printed, and reads the rest", async () => {
  const outcome = await shell("head -c 1000000 /dev/zero | tr '\\0' x; echo end >&2; exit 4", {
    limitBytes: 10,
  });
  expect(outcome).toEqual({
    exitCode: 4,
    exitSignal: null,
    stdout: "xxxxxxxxxx",
    stderr: "end\n",
    isTruncated: true,
  });
});

it("run() gives all that was printed before the end", async () => {
  const outcome = await shell("head -c 900000 /dev/zero | tr '\\0' x", { limitBytes: 1_000_000 });
  expect(outcome.stdout).toBe("x".repeat(900_000));
  expect(outcome.isTruncated).toBe(false);
});

it("run() replaces what is not UTF-8", async () => {
  expect((await shell("printf 'a\\377b\\303\\251'")).stdout).toBe("a\uFFFDbé");
});

it.each([
  ["no such program is in PATH (ENOENT)", ["clockwork-no-such-program", "s3cret"]],
  ["it does not exist (ENOENT)", ["./missing", "s3cret"]],
  ["it may not be executed (EACCES)", ["./plain", "s3cret"]],
  ["the interpreter it names does not exist (ENOENT)", ["./uninterpreted", "s3cret"]],
])("run() says %s", async (reason, command) => {
  writeFileSync(join(root, "plain"), "#!/bin/sh\n");
  writeFileSync(join(root, "uninterpreted"), "#!/no/such/shell\n");
  chmodSync(join(root, "plain"), 0o644);
  chmodSync(join(root, "uninterpreted"), 0o755);
  const env = { PATH: "/usr/bin:/bin" };
  const error: unknown = await run(command, { env }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ObservationError);
  expect(error).toMatchObject({ message: `cannot run ${command[0] ?? ""}: ${reason}` });
  expect(inspect(error)).not.toContain("s3cret");
});

it("run() tells a missing working directory from a missing program", async () => {
  await expect(run(["true"], { cwd: "missing" })).rejects.toThrow(
    `cannot run true: its working directory ${root}/missing does not exist (ENOENT)`,
  );
});

it("run() tells a program that is not there from one that may not be executed, in PATH too", async () => {
  mkdirSync(join(root, "bin"));
  writeFileSync(join(root, "bin", "tool"), "#!/bin/sh\n", { mode: 0o644 });
  await expect(run(["tool"], { env: { PATH: join(root, "bin") } })).rejects.toThrow(
    "cannot run tool: no such program that may be executed is in PATH (EACCES)",
  );
});

it.skipIf(process.getuid?.() === 0)("run() names a folder that may not be entered", async () => {
  mkdirSync(join(root, "closed"), { mode: 0 });
  const failing = run(["true"], { cwd: "closed" });
  await expect(failing).rejects.toThrow(
    `its working directory ${root}/closed may not be entered (EACCES)`,
  );
  chmodSync(join(root, "closed"), 0o700);
});

it("run() refuses what cannot be handed over, and does not show it", async () => {
  await expect(run([])).rejects.toThrow("it names no program");
  await expect(run(["true", "x".repeat(10_000_000)])).rejects.toThrow("(E2BIG)");
  const hidden: unknown = await run(["true"], { env: { PASSWORD: "s3cret\0" } }).catch(
    (thrown: unknown) => thrown,
  );
  expect(hidden).toBeInstanceOf(ObservationError);
  expect(inspect(hidden)).not.toContain("s3cret");
});

it("run() starts nothing when the signal has been given already", async () => {
  const reason = new Error("enough");
  await expect(shell("echo > started", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(() => readFileSync(join(root, "started"))).toThrow("ENOENT");
});

it("run() ends a command that ignores SIGTERM, with all that it started", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const running = shell("trap '' TERM INT HUP; (echo $$ > deaf; sleep 1000) & wait; sleep 1000", {
    signal: controller.signal,
  });
  const child = shell("sleep 1000 & echo $! > deaf-child; wait", { signal: controller.signal });
  const pids = await Promise.all([pidIn("deaf"), pidIn("deaf-child")]);
  expect(pids.map(isRunning)).toEqual([true, true]);
  controller.abort(reason);
  await expect(running).rejects.toBe(reason);
  await expect(child).rejects.toBe(reason);
  expect(await Promise.all(pids.map(gone))).toEqual([true, true]);
});

it("run() ends a command that prints without end", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const running = shell("echo $$ > endless; exec yes", {
    signal: controller.signal,
    limitBytes: 10,
  });
  const pid = await pidIn("endless");
  controller.abort(reason);
  await expect(running).rejects.toBe(reason);
  expect(await gone(pid)).toBe(true);
});

it("run() does not wait for what a command leaves behind, and ends it", async () => {
  const outcome = await shell("sleep 1000 & echo $! > left; echo done");
  expect(outcome).toMatchObject({ exitCode: 0, stdout: "done\n" });
  expect(await gone(await pidIn("left"))).toBe(true);
});

it("run() does not wait for one that left its group with the pipe in its hands", async () => {
  const script = "setsid sleep 1000 & echo $! > escaped; sleep 0.05; echo done";
  const outcome = await shell(script);
  const pid = await pidIn("escaped");
  // It is ours to end: it was meant to escape.
  process.kill(pid, "SIGKILL");
  expect(outcome).toMatchObject({ exitCode: 0, stdout: "done\n" });
  expect(await gone(pid)).toBe(true);
});

it("run() leaves nothing behind when this process exits in the middle", async () => {
  const module = JSON.stringify(new URL("commands.ts", import.meta.url).href);
  const program = `
    import { systemCommands } from ${module};
    const signal = new AbortController().signal;
    const script = "echo $$ > orphan; sleep 1000";
    systemCommands({ cwd: process.cwd() }).run(["sh", "-c", script], { signal, limitBytes: 1 });
    process.stdin.once("data", () => process.exit(7));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { cwd: root });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const pid = await pidIn("orphan");
  expect(isRunning(pid)).toBe(true);
  child.stdin.end("leave\n");
  expect(await ended).toBe(7);
  expect(await gone(pid)).toBe(true);
});
