import fc from "fast-check";
import { expect, it } from "vitest";
import { busyPercent, parseCpuTimes, parseMemory } from "./proc-machine.ts";

const MEMINFO =
  "MemTotal:       24688548 kB\nMemFree:        20000000 kB\nMemAvailable:   22000000 kB\nHugePages_Total:       0\n";

it("parseMemory() reads what there is and what could be had", () => {
  expect(parseMemory(MEMINFO)).toEqual({
    totalBytes: 24_688_548 * 1024,
    availableBytes: 22_000_000 * 1024,
  });
});

it.each([
  "",
  "MemTotal: 5 kB\n",
  "MemAvailable: 5 kB\n",
  MEMINFO.replaceAll("kB", "MB"),
  `x${MEMINFO}`,
])("parseMemory() gives null for %j", (text) => {
  expect(parseMemory(text)).toBeNull();
});

it("parseCpuTimes() counts waiting for a disk as idle, and a guest once", () => {
  const text = "cpu  100 20 30 400 50 6 7 8 90 10\ncpu0 1 1 1 1 1 1 1 1 1 1\n";
  expect(parseCpuTimes(text)).toEqual({ total: 621, idle: 450 });
});

it.each([
  "",
  "cpu0 1 2 3 4\n",
  "cpu  1 2 3\n",
  "cpu  1 2 x 4\n",
  "cpu  9999999999999999999 1 1 1\n",
  "x\ncpu  1 2 3 4\n",
])("parseCpuTimes() gives null for %j", (text) => {
  expect(parseCpuTimes(text)).toBeNull();
});

it("busyPercent() is the share of the time that was not idle", () => {
  const before = { total: 1_000, idle: 600 };
  expect(busyPercent(before, { total: 1_200, idle: 750 })).toBe(25);
  expect(busyPercent(before, { total: 1_200, idle: 600 })).toBe(100);
  expect(busyPercent(before, { total: 1_200, idle: 590 })).toBe(100);
  expect(busyPercent(before, { total: 1_200, idle: 900 })).toBe(0);
  expect(busyPercent(before, before)).toBeNull();
});

it("parseCpuTimes() and busyPercent() stay within 0 and 100 whatever they read", () => {
  const number = fc.oneof(
    { weight: 20, arbitrary: fc.nat().map(String) },
    fc.constantFrom("", "-1", "1e5", "\n", "NaN"),
  );
  const text = fc.array(number, { maxLength: 12 }).map((each) => `cpu  ${each.join(" ")}\n`);
  fc.assert(
    fc.property(text, text, (first, second) => {
      const [before, after] = [parseCpuTimes(first), parseCpuTimes(second)];
      const percent = (before && after && busyPercent(before, after)) ?? 0;
      expect(percent).toBeGreaterThanOrEqual(0);
      expect(percent).toBeLessThanOrEqual(100);
    }),
  );
});
