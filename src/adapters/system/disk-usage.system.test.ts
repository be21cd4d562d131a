import { execFileSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import { diskUsageOf } from "./disk-usage.ts";

const root = mkdtempSync(join(tmpdir(), "clockwork-usage-"));
afterAll(() => {
  rmSync(root, { recursive: true });
});
const { signal } = new AbortController();

let count = 0;
function folder(): string {
  count += 1;
  const path = join(root, String(count));
  mkdirSync(path);
  return path;
}

// What `du` says, in bytes.
function du(path: string): number {
  const text = execFileSync("du", ["-skx", path], { encoding: "utf8" });
  return Number.parseInt(text, 10) * 1024;
}

it("diskUsageOf() adds up a tree as du does", async () => {
  const path = folder();
  for (let each = 0; each < 40; each += 1) {
    mkdirSync(join(path, `d${String(each)}`, "deep", "deeper"), { recursive: true });
    writeFileSync(join(path, `d${String(each)}`, "deep", "file"), "x".repeat(each * 1_000));
    writeFileSync(join(path, `f${String(each)}`), "x".repeat(5_000));
  }
  expect(await diskUsageOf(path, { signal })).toBe(du(path));
});

it("diskUsageOf() counts a hard link once", async () => {
  const path = folder();
  writeFileSync(join(path, "a"), Buffer.alloc(1_000_000, "x"));
  const before = await diskUsageOf(path, { signal });
  linkSync(join(path, "a"), join(path, "b"));
  expect(await diskUsageOf(path, { signal })).toBe(before);
});

it("diskUsageOf() follows a link that it is given, and none inside", async () => {
  const [path, other] = [folder(), folder()];
  writeFileSync(join(other, "large"), Buffer.alloc(2_000_000, "x"));
  symlinkSync(other, join(path, "link"));
  symlinkSync(path, join(path, "circle"));
  expect(await diskUsageOf(path, { signal })).toBeLessThan(1_000_000);
  expect(await diskUsageOf(join(path, "link"), { signal })).toBe(du(other));
});

it("diskUsageOf() takes the size on the disk, not the length", async () => {
  const path = join(folder(), "sparse");
  execFileSync("truncate", ["-s", "100M", path]);
  expect(await diskUsageOf(path, { signal })).toBeLessThan(1_000_000);
});

it.runIf(process.platform === "linux")("diskUsageOf() counts names that are no UTF-8", async () => {
  const path = folder();
  const before = await diskUsageOf(path, { signal });
  const name = Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xff, 0xe9, 0x80])]);
  mkdirSync(name);
  writeFileSync(Buffer.concat([name, Buffer.from("/é")]), Buffer.alloc(500_000, "x"));
  expect(await diskUsageOf(path, { signal })).toBeGreaterThanOrEqual(before + 500_000);
});

it("diskUsageOf() refuses more entries than its limit, wherever they lie", async () => {
  const path = folder();
  for (let each = 0; each < 10; each += 1) {
    mkdirSync(join(path, String(each)));
    for (let inner = 0; inner < 3; inner += 1)
      writeFileSync(join(path, String(each), String(inner)), "");
  }
  expect(await diskUsageOf(path, { signal, limitEntries: 40 })).toBeGreaterThan(0);
  const over = diskUsageOf(path, { signal, limitEntries: 39 });
  await expect(over).rejects.toThrow(/holds more than 39 entries$/u);
  await expect(over).rejects.toBeInstanceOf(ObservationError);
});

it("diskUsageOf() stops with the reason of the signal", async () => {
  const path = folder();
  for (let each = 0; each < 200; each += 1) writeFileSync(join(path, String(each)), "");
  const controller = new AbortController();
  const reason = new Error("enough");
  const measuring = diskUsageOf(path, { signal: controller.signal });
  controller.abort(reason);
  await expect(measuring).rejects.toBe(reason);
});

// On Linux, shared memory is a file system of its own below that of the devices.
const hasTwo =
  process.platform === "linux" &&
  process.getuid?.() === 0 &&
  existsSync("/dev/shm") &&
  statSync("/dev/shm").dev !== statSync("/dev").dev;
it.runIf(hasTwo)("diskUsageOf() leaves other file systems out", async () => {
  const path = mkdtempSync("/dev/shm/clockwork-usage-");
  writeFileSync(join(path, "large"), Buffer.alloc(8_000_000, "x"));
  const [around, within] = await Promise.all([
    diskUsageOf("/dev", { signal }),
    diskUsageOf(path, { signal }),
  ]);
  rmSync(path, { recursive: true });
  expect(within).toBeGreaterThanOrEqual(8_000_000);
  expect(around).toBeLessThan(8_000_000);
});
