import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import { ObservationError } from "../../model/errors.ts";
import { readOptions } from "../../model/options.ts";
import type { Containers, ContainerReference } from "../../ports/containers.ts";
import type { Machine } from "../../ports/machine.ts";
import type { Processes, ProcessInfo } from "../../ports/processes.ts";
import type { World } from "../../ports/world.ts";
import { MemoryUsageAssert } from "./memory-usage.ts";

const { kind } = MemoryUsageAssert;

function running(name: string, memoryBytes: number, isZombie = false): ProcessInfo {
  const rest = { pid: 1, parentPid: 0, userId: 0, startedAt: 0, cpuMs: 0 };
  return { ...rest, name, command: [name, "-x"], isZombie, memoryBytes };
}

function processes(...all: ProcessInfo[]): Pick<World, "processes"> {
  const port: Partial<Processes> = { list: () => Promise.resolve(all) };
  return { processes: () => Promise.resolve(port as Processes) };
}

function containers(
  memoryBytes: number | null,
  asked: ContainerReference[] = [],
): Pick<World, "containers"> {
  const usage = { memoryLimitBytes: null, cpuPercent: 0 };
  const port: Partial<Containers> = {
    usage: (reference) => {
      asked.push(reference);
      return Promise.resolve(memoryBytes === null ? null : { ...usage, memoryBytes });
    },
  };
  return { containers: () => Promise.resolve(port as Containers) };
}

it("MemoryUsageAssert counts what a new program on the machine could not have", async () => {
  const machine: Partial<Machine> = {
    memory: () => Promise.resolve({ totalBytes: 8e9, availableBytes: 5e9 }),
  };
  const world = { machine: () => Promise.resolve(machine as Machine) };
  expect(await probe(kind, { maxMb: 3_000 }, { world })).toEqual({
    verdict: "pass",
    expected: "at most 3 GB",
    actual: "3 GB",
    metrics: { usedBytes: 3e9 },
  });
  expect(await probe(kind, { maxMb: 2_999 }, { world })).toMatchObject({
    verdict: "fail",
    expected: "at most 2.999 GB",
    actual: "3 GB",
  });
});

it("MemoryUsageAssert sums up all processes of a name", async () => {
  const world = processes(running("web", 3e6), running("db", 50e6), running("web", 4e6));
  const options = { process: "web", maxMb: 7 };
  expect(await probe(kind, options, { world })).toMatchObject({ verdict: "pass", actual: "7 MB" });
  const judgement = await probe(kind, { ...options, maxMb: 6.9 }, { world });
  expect(judgement.verdict).toBe("fail");
});

it("MemoryUsageAssert looks at the process of its resource", async () => {
  const world = processes(running("web", 3e6), running("db", 50e6));
  const options = { world, target: { command: ["web", "-x"] } };
  expect(await probe(kind, { maxMb: 3 }, options)).toMatchObject({ verdict: "pass" });
});

it("MemoryUsageAssert fails when only a zombie of that name is left", async () => {
  const world = processes(running("web", 3e6, true), running("db", 1));
  const judgement = await probe(kind, { process: "web", maxMb: 9 }, { world });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "not running" });
});

it("MemoryUsageAssert looks at a container: the named one, or its resource's", async () => {
  const asked: ContainerReference[] = [];
  const world = containers(5e6, asked);
  const target = { container: { engine: "podman", name: "web" } } as const;
  expect(await probe(kind, { maxMb: 4 }, { world, target })).toMatchObject({ verdict: "fail" });
  expect(await probe(kind, { maxMb: 5, container: "db" }, { world })).toMatchObject({
    verdict: "pass",
  });
  expect(asked).toEqual([
    { engine: "podman", name: "web" },
    { engine: "docker", name: "db" },
  ]);
});

it("MemoryUsageAssert fails when the container does not run", async () => {
  const judgement = await probe(kind, { maxMb: 4, container: "web" }, { world: containers(null) });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "not running" });
});

it("MemoryUsageAssert cannot say anything when the engine does not answer", async () => {
  const error = new ObservationError("no engine");
  const port: Partial<Containers> = { usage: () => Promise.reject(error) };
  const world = { containers: () => Promise.resolve(port as Containers) };
  await expect(probe(kind, { maxMb: 4, container: "web" }, { world })).rejects.toBe(error);
  expect(kind.blameForTimeout).toBe("ourselves");
});

it("MemoryUsageAssert says what it claims", () => {
  const claim = (options: object) => kind.claim(bind(kind, options));
  expect(claim({ maxMb: 512 })).toBe("this machine uses at most 512 MB of memory");
  expect(claim({ maxMb: 512, container: "web" })).toMatch(/^container web uses at most/u);
  expect(kind.subject(bind(kind, { maxMb: 1, process: "nginx" }))).toBe("process nginx");
});

it("MemoryUsageAssert refuses a path for a name, and two of what it can measure", () => {
  const { problems } = readOptions(kind.fields, { maxMb: 1, process: "/usr/bin/nginx" });
  expect(problems[0]?.message).toContain("without a path");
  const both = { maxMb: 1, process: "a", container: "b" };
  expect(() => bind(kind, both)).toThrow("takes only one of container, process");
});
