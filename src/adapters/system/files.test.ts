import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { getEventListeners } from "node:events";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import { systemFiles } from "./files.ts";

const root = mkdtempSync(join(tmpdir(), "clockwork-files-"));
afterAll(() => {
  rmSync(root, { recursive: true });
});
const files = systemFiles({ root });
const { signal } = new AbortController();
const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === "linux";

writeFileSync(join(root, "hello.txt"), "hello");
mkdirSync(join(root, "folder"));
symlinkSync("hello.txt", join(root, "link"));
symlinkSync("nowhere", join(root, "dangling"));
symlinkSync("circle", join(root, "circle"));
execFileSync("mkfifo", [join(root, "fifo")]);

/** Every way of looking at a path. */
const LOOKS = {
  status: (path: string, stop = signal) => files.status(path, stop),
  read: (path: string, stop = signal) => files.read(path, { limitBytes: 100, signal: stop }),
  sha256: (path: string, stop = signal) => files.sha256(path, stop),
  diskSpace: (path: string, stop = signal) => files.diskSpace(path, stop),
  diskUsageBytes: (path: string, stop = signal) => files.diskUsageBytes(path, stop),
} as const;
const looks = Object.entries(LOOKS);

function read(path: string, limitBytes: number): Promise<unknown> {
  return files
    .read(path, { limitBytes, signal })
    .then((found) => found && { ...found, bytes: Buffer.from(found.bytes).toString("latin1") });
}

it("status() tells what stands behind a path, relative to the project", async () => {
  chmodSync(join(root, "hello.txt"), 0o4750);
  utimesSync(join(root, "hello.txt"), 1_700_000_000, 1_700_000_000.5);
  const expected = {
    type: "file",
    sizeBytes: 5,
    mode: 0o4750,
    userId: userInfo().uid,
    groupId: userInfo().gid,
    modifiedAt: 1_700_000_000_500,
  };
  expect(await files.status("hello.txt", signal)).toEqual(expected);
  expect(await files.status(join(root, "hello.txt"), signal)).toEqual(expected);
  expect(await files.status("./folder/../link", signal)).toEqual(expected);
});

it("status() tells the types apart", async () => {
  const server = createServer().listen(join(root, "socket"));
  await new Promise((resolve) => server.once("listening", resolve));
  const paths = ["hello.txt", "folder", "link", "fifo", "socket", "/dev/null"];
  const found = await Promise.all(paths.map((path) => files.status(path, signal)));
  await new Promise((resolve) => server.close(resolve));
  expect(found.map((each) => each?.type)).toEqual([
    "file",
    "directory",
    "file",
    "fifo",
    "socket",
    "device",
  ]);
});

it.each(looks)("%s() gives null when nothing is there", async (_name, look) => {
  expect(await look("missing")).toBeNull();
  expect(await look("missing/deeper")).toBeNull();
  expect(await look("hello.txt/deeper")).toBeNull();
  expect(await look("dangling")).toBeNull();
});

it.each(looks)("%s() says in words why it could not look", async (_name, look) => {
  await expect(look("circle")).rejects.toThrow(
    /^cannot .*circle: links lead in a circle \(ELOOP\)/u,
  );
  await expect(look("n".repeat(300))).rejects.toThrow("the name is too long (ENAMETOOLONG)");
  await expect(look("a\0b")).rejects.toThrow("the name holds a null character");
  await expect(look("circle")).rejects.toBeInstanceOf(ObservationError);
});

it.each(looks)("%s() rejects with the reason of the signal", async (_name, look) => {
  const reason = new Error("enough");
  await expect(look("hello.txt", AbortSignal.abort(reason))).rejects.toBe(reason);
  const controller = new AbortController();
  const looking = look("hello.txt", controller.signal);
  controller.abort(reason);
  await expect(looking).rejects.toBe(reason);
});

it("read() gives the beginning of a file, and whether there is more", async () => {
  expect(await read("hello.txt", 4)).toEqual({ bytes: "hell", isTruncated: true });
  expect(await read("hello.txt", 5)).toEqual({ bytes: "hello", isTruncated: false });
  expect(await read("link", 6)).toEqual({ bytes: "hello", isTruncated: false });
  expect(await read("hello.txt", 0)).toEqual({ bytes: "", isTruncated: true });
});

it("read() gives all bytes of a file of several chunks as they are", async () => {
  const bytes = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, index) => (index * 31) % 256));
  writeFileSync(join(root, "large"), bytes);
  const found = await files.read("large", { limitBytes: 1_000_000, signal });
  expect(bytes.equals(found?.bytes ?? Buffer.alloc(0))).toBe(true);
  expect(found?.isTruncated).toBe(false);
});

it.runIf(isLinux)("read() reads files that do not tell their size", async () => {
  const found = await files.read("/proc/self/status", { limitBytes: 10_000, signal });
  expect(Buffer.from(found?.bytes ?? []).toString()).toContain("Threads:");
});

it("read() of a file that grows without end stops at its limit", async () => {
  const path = join(root, "growing");
  writeFileSync(path, "x".repeat(70_000));
  const growth = { isOver: false };
  const reading = read("growing", 150_000).finally(() => (growth.isOver = true));
  for (let turn = 0; turn < 100_000 && !growth.isOver; turn += 1) {
    appendFileSync(path, "x".repeat(70_000));
    if (turn > 20) truncateSync(path, 300_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await reading).toEqual({ bytes: "x".repeat(150_000), isTruncated: true });
});

it.each(["read", "sha256"] as const)("%s() refuses what is no file, at once", async (name) => {
  await expect(LOOKS[name]("folder")).rejects.toThrow(
    /^a file is needed: .*folder is a directory$/u,
  );
  // Nobody writes to it, so that whoever opened it to read would wait for ever.
  await expect(LOOKS[name]("fifo")).rejects.toThrow("fifo is a fifo");
  await expect(LOOKS[name]("/dev/zero")).rejects.toThrow("/dev/zero is a device");
  await expect(LOOKS[name]("fifo")).rejects.toBeInstanceOf(ObservationError);
});

it.runIf(isLinux)("read() and sha256() say that a file could not be read", async () => {
  // Nothing lies at the beginning of our memory.
  const message = "cannot read /proc/self/mem: the device or file system failed (EIO)";
  await expect(LOOKS.read("/proc/self/mem")).rejects.toThrow(message);
  await expect(LOOKS.sha256("/proc/self/mem")).rejects.toThrow(message);
});

it.skipIf(isRoot)("read() and status() say that permission is denied", async () => {
  mkdirSync(join(root, "closed"));
  writeFileSync(join(root, "closed", "inside"), "x");
  writeFileSync(join(root, "unreadable"), "x", { mode: 0 });
  chmodSync(join(root, "closed"), 0);
  await expect(LOOKS.read("unreadable")).rejects.toThrow("permission denied (EACCES)");
  await expect(LOOKS.status("closed/inside")).rejects.toThrow("permission denied (EACCES)");
  await expect(LOOKS.diskUsageBytes(".")).rejects.toThrow("permission denied (EACCES)");
  chmodSync(join(root, "closed"), 0o700);
});

it("sha256() sums up a whole file", async () => {
  const bytes = Buffer.alloc(300_000, "clockwork");
  writeFileSync(join(root, "summed"), bytes);
  expect(await files.sha256("summed", signal)).toBe(
    createHash("sha256").update(bytes).digest("hex"),
  );
  writeFileSync(join(root, "empty"), "");
  expect(await files.sha256("empty", signal)).toBe(
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
});

it("diskSpace() measures the file system", async () => {
  const space = await files.diskSpace("folder", signal);
  if (space === null) throw new Error("nothing is there");
  expect(space.totalBytes).toBeGreaterThan(0);
  expect(space.usedBytes).toBeGreaterThan(0);
  expect(space.availableBytes).toBeLessThanOrEqual(space.totalBytes - space.usedBytes);
  const df = execFileSync("df", ["-Pk", root], { encoding: "utf8" }).split("\n")[1]?.split(/ +/u);
  expect(space.totalBytes / 1024).toBe(Number(df?.[1]));
});

it("userName() and groupName() know whom the system knows, and nobody else", async () => {
  expect(await files.userName(0)).toBe("root");
  expect(await files.groupName(0)).toBe(isLinux ? "root" : "wheel");
  expect(await files.userName(4_000_000_123)).toBeNull();
  expect(await files.groupName(4_000_000_123)).toBeNull();
});

it("status() leaves no listener behind on the signal of a whole run", async () => {
  const run = new AbortController();
  const paths = Array.from({ length: 1_000 }, (_, index) => (index % 2 === 0 ? "link" : "missing"));
  const found = await Promise.all(paths.map((path) => files.status(path, run.signal)));
  expect(found.filter((each) => each !== null)).toHaveLength(500);
  expect(getEventListeners(run.signal, "abort")).toEqual([]);
});
