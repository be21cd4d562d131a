import { spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import type { ProcessInfo } from "../../ports/processes.ts";
import { systemProcesses } from "./processes.ts";

const folder = mkdtempSync(join(tmpdir(), "clockwork-processes-"));
const { signal } = new AbortController();
const processes = systemProcesses();
const isLinux = process.platform === "linux";

const started = new Set<ChildProcess>();
afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

/** Starts a process that lives until the tests are over. */
async function start(command: string, args: readonly string[], env = {}): Promise<number> {
  const child = spawn(command, args, { stdio: "ignore", env });
  started.add(child);
  await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  return child.pid ?? 0;
}

function find(list: readonly ProcessInfo[], pid: number): ProcessInfo | undefined {
  return list.find((each) => each.pid === pid);
}

it("list() tells what a process takes, and since when", async () => {
  const busy = "let n = 0; for (let i = 0; i < 1e7; i += 1) n += i; setInterval(() => n, 1e6);";
  const startedAt = Date.now();
  const pid = await start(process.execPath, ["-e", busy]);
  const found = await vi.waitFor(async () => {
    const info = find(await processes.list(signal), pid);
    if (info === undefined || info.cpuMs === 0) throw new Error("not yet");
    return info;
  });
  expect(found).toMatchObject({
    parentPid: process.pid,
    userId: process.geteuid?.(),
    isZombie: false,
    command: [process.execPath, "-e", busy],
  });
  expect(found.memoryBytes).toBeGreaterThan(1_000_000);
  expect(Math.abs(found.startedAt - startedAt)).toBeLessThan(3_000);
});

it("list() leaves out this process, whose arguments name what it looks for", async () => {
  expect(find(await processes.list(signal), process.pid)).toBeUndefined();
});

it.runIf(isLinux)("list() finds a process of any name, with its arguments", async () => {
  const name = "a) S 1 (b";
  copyFileSync("/bin/sleep", join(folder, name));
  const pid = await start(join(folder, name), ["1000"]);
  const found = await vi.waitFor(async () => {
    const info = find(await processes.list(signal), pid);
    if (info?.name !== name) throw new Error("not yet");
    return info;
  });
  expect(found).toMatchObject({
    parentPid: process.pid,
    command: [join(folder, name), "1000"],
    isZombie: false,
  });
});

it.runIf(isLinux)("list() knows who has ended and was not buried", async () => {
  // The shell replaces itself by one that does not look after the child that it left.
  const pid = await start("/bin/sh", ["-c", "true & exec sleep 1000"], { PATH: "/usr/bin:/bin" });
  const zombie = await vi.waitFor(async () => {
    const info = (await processes.list(signal)).find((each) => each.parentPid === pid);
    if (info?.isZombie !== true) throw new Error("not yet");
    return info;
  });
  expect(zombie).toMatchObject({ command: [], memoryBytes: 0 });
});

it("list() looks once for all who ask at the same moment, and again for those who ask later", async () => {
  const [one, two] = await Promise.all([processes.list(signal), processes.list(signal)]);
  expect(two).toBe(one);
  expect(await processes.list(signal)).not.toBe(one);
});

it.runIf(isLinux)("hidden() is told with the list that is made at the same moment", async () => {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8");
  const isHiding = /^\S+ \S+ \S+ \S+ \/proc .*hidepid=[^0,\s]/mu.test(mounts);
  const [list, hidden] = await Promise.all([processes.list(signal), processes.hidden(signal)]);
  expect(find(list, process.ppid)).toBeDefined();
  if (!isHiding) expect(hidden).toBeNull();
});

it("list() lets one leave while the others wait on", async () => {
  const reason = new Error("enough");
  const leaver = new AbortController();
  const left = processes.list(leaver.signal);
  const stays = processes.list(signal);
  leaver.abort(reason);
  await expect(left).rejects.toBe(reason);
  expect(find(await stays, process.ppid)).toBeDefined();
  await expect(processes.list(AbortSignal.abort(reason))).rejects.toBe(reason);
});

it("list() leaves out who vanishes midway", async () => {
  const lists = Array.from({ length: 20 }, async () => {
    const child = spawn("/bin/true", { stdio: "ignore" });
    await new Promise((resolve) => child.once("spawn", resolve));
    return await systemProcesses().list(signal);
  });
  for (const list of await Promise.all(lists)) expect(find(list, process.ppid)).toBeDefined();
});

it("list() by ps agrees with the first one on processes that last", async () => {
  const pid = await start("/bin/sleep", ["1000.25"]);
  const [byPs, own] = await Promise.all(
    [systemProcesses("darwin"), processes].map((each) => each.list(signal)),
  );
  const [seen, expected] = [find(byPs ?? [], pid), find(own ?? [], pid)];
  expect(seen).toMatchObject({
    name: "sleep",
    command: ["/bin/sleep", "1000.25"],
    parentPid: process.pid,
    userId: expected?.userId,
  });
  expect(Math.abs((seen?.startedAt ?? 0) - (expected?.startedAt ?? NaN))).toBeLessThan(3_000);
});

it("list() says where it cannot look", async () => {
  const elsewhere = systemProcesses("win32");
  await expect(elsewhere.list(signal)).rejects.toThrow(
    "processes can be listed on Linux and macOS: this machine runs win32",
  );
  await expect(elsewhere.list(signal)).rejects.toBeInstanceOf(ObservationError);
  await expect(elsewhere.environment(1, signal)).rejects.toBeInstanceOf(ObservationError);
});

it.runIf(isLinux)("environment() reads what a process was started with", async () => {
  const pid = await start("/bin/sleep", ["1000"], { PASSWORD: "a=b\nc", EMPTY: "" });
  expect(await processes.environment(pid, signal)).toEqual({ PASSWORD: "a=b\nc", EMPTY: "" });
});

it.runIf(isLinux)("environment() gives null for a process that is gone", async () => {
  const child = spawn("/bin/true", { stdio: "ignore" });
  await new Promise((resolve) => child.once("close", resolve));
  expect(await processes.environment(child.pid ?? 0, signal)).toBeNull();
  expect(await processes.environment(NaN, signal)).toBeNull();
});

it.runIf(isLinux && process.getuid?.() !== 0)(
  "environment() says that it may not look at another's process",
  async () => {
    await expect(processes.environment(1, signal)).rejects.toThrow(
      "cannot read the environment of process 1: permission denied (EACCES)",
    );
  },
);
