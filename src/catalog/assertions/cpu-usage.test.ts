import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Containers } from "../../ports/containers.ts";
import type { Machine } from "../../ports/machine.ts";
import type { Processes, ProcessInfo } from "../../ports/processes.ts";
import type { World } from "../../ports/world.ts";
import { CpuUsageAssert } from "./cpu-usage.ts";

const { kind } = CpuUsageAssert;

function machine(percent: number, samples: number[] = []): Pick<World, "machine"> {
  const port: Partial<Machine> = {
    cpuPercent: (sampleMs) => {
      samples.push(sampleMs);
      return Promise.resolve(percent);
    },
  };
  return { machine: () => Promise.resolve(port as Machine) };
}

function process(pid: number, cpuMs: number, name = "web"): ProcessInfo {
  const rest = { parentPid: 0, userId: 0, startedAt: 0, memoryBytes: 0, isZombie: false };
  return { ...rest, pid, name, command: [name], cpuMs };
}

/** Two looks with a clock that stands still but for the sleep between them. */
function looks(
  before: readonly ProcessInfo[],
  after: readonly ProcessInfo[],
): Pick<World, "processes" | "clock"> {
  let elapsedMs = 1_000;
  const lists = [before, after];
  const port: Partial<Processes> = { list: () => Promise.resolve(lists.shift() ?? []) };
  const clock: Partial<Clock> = {
    elapsedMs: () => elapsedMs,
    sleep: (delayMs) => {
      elapsedMs += delayMs;
      return Promise.resolve();
    },
  };
  return { processes: () => Promise.resolve(port as Processes), clock: clock as Clock };
}

it("CpuUsageAssert samples the machine for 500 ms", async () => {
  const samples: number[] = [];
  expect(await probe(kind, { maxPercent: 90 }, { world: machine(90, samples) })).toEqual({
    verdict: "pass",
    expected: "at most 90 %",
    actual: "90 %",
    metrics: { usedPercent: 90 },
  });
  expect(samples).toEqual([500]);
});

it("CpuUsageAssert samples for no more than half of its time", async () => {
  const samples: number[] = [];
  const world = machine(0, samples);
  await probe(kind, { maxPercent: 90, sample: "2s" }, { world, timeoutMs: 5_000 });
  await probe(kind, { maxPercent: 90, sample: "1m" }, { world, timeoutMs: 5_000 });
  expect(samples).toEqual([2_000, 2_500]);
});

it("CpuUsageAssert fails above the limit, and shows that it is", async () => {
  const judgement = await probe(kind, { maxPercent: 90 }, { world: machine(90.004) });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "90.004 %" });
});

it("CpuUsageAssert measures processes between two looks, in percent of one processor", async () => {
  const before = [process(1, 1_000), process(2, 10), process(3, 0, "db")];
  const after = [process(1, 1_400), process(2, 360), process(3, 500, "db")];
  const options = { process: "web", maxPercent: 150 };
  const judgement = await probe(kind, options, { world: looks(before, after) });
  expect(judgement).toMatchObject({ verdict: "pass", metrics: { usedPercent: 150 } });
});

it("CpuUsageAssert fails when no such process runs", async () => {
  const world = looks([process(1, 0)], []);
  const judgement = await probe(kind, { process: "web", maxPercent: 50 }, { world });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "not running" });
});

it("CpuUsageAssert asks the engine about a container", async () => {
  const usage = { memoryBytes: 0, memoryLimitBytes: null, cpuPercent: 187.2 };
  const port: Partial<Containers> = { usage: () => Promise.resolve(usage) };
  const world = { containers: () => Promise.resolve(port as Containers) };
  const judgement = await probe(kind, { container: "web", maxPercent: 100 }, { world });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "187 %" });
});

it("CpuUsageAssert takes more than 100 percent for a container or process only", () => {
  expect(() => bind(kind, { maxPercent: 150 })).toThrow("at most 100 for a machine: got 150");
  expect(bind(kind, { maxPercent: 150, process: "web" })["maxPercent"]).toBe(150);
  const target = { container: { engine: "docker", name: "web" } } as const;
  expect(bind(kind, { maxPercent: 150 }, { target })["container"]).toBe("web");
});

it("CpuUsageAssert says what it claims", () => {
  expect(kind.claim(bind(kind, { maxPercent: 80 }))).toBe("this machine uses at most 80 % CPU");
});
