import { expect, it } from "vitest";
import { cpuMsBetween } from "./process-cpu.ts";

it("cpuMsBetween adds up what was used since the first look", () => {
  const before = [
    { pid: 1, cpuMs: 1_000 },
    { pid: 2, cpuMs: 50 },
  ];
  const after = [
    { pid: 1, cpuMs: 1_300 },
    { pid: 2, cpuMs: 50 },
  ];
  expect(cpuMsBetween(before, after)).toBe(300);
});

it("cpuMsBetween counts all of a process that started in between", () => {
  expect(cpuMsBetween([], [{ pid: 3, cpuMs: 70 }])).toBe(70);
});

it("cpuMsBetween knows another process with the same id", () => {
  expect(cpuMsBetween([{ pid: 3, cpuMs: 9_000 }], [{ pid: 3, cpuMs: 20 }])).toBe(20);
});
