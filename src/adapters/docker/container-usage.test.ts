import fc from "fast-check";
import { expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import { readSample, usageBetween } from "./container-usage.ts";
import { isRecord } from "../../model/json.ts";

const SECOND_NS = 1_000_000_000;

function cpu(usedNs: number, systemNs: number, rest: object = { online_cpus: 4 }): object {
  return { cpu_usage: { total_usage: usedNs }, system_cpu_usage: systemNs, ...rest };
}

function sampleOf(
  memory: object,
  now: object,
  before: object,
): NonNullable<ReturnType<typeof readSample>> {
  const sample = readSample({ memory_stats: memory, cpu_stats: now, precpu_stats: before });
  if (sample === null) throw new Error("there is a sample");
  return sample;
}

it("usageBetween() tells the share of one processor as docker stats does", () => {
  // Half a second of work, while four processors spent four seconds: 50 % of one of them.
  const now = cpu(7.5 * SECOND_NS, 104 * SECOND_NS);
  const { before, ...sample } = sampleOf(
    { usage: 1_000 },
    now,
    cpu(7 * SECOND_NS, 100 * SECOND_NS),
  );
  if (before === null) throw new Error("it was measured twice");
  expect(usageBetween({ ...sample, before }, before, 5_000)).toEqual({
    memoryBytes: 1_000,
    memoryLimitBytes: 5_000,
    cpuPercent: 50,
  });
});

it.each([
  ["version 2 of control groups", { inactive_file: 300, file: 500 }, 700],
  ["version 1", { total_inactive_file: 200, inactive_file: 1, cache: 400 }, 800],
  ["the whole cache alone", { cache: 400 }, 600],
  ["no such figures, as podman", null, 1_000],
  ["more than is used", { inactive_file: 2_000 }, 1_000],
])("readSample() leaves out what can be given back: %s", (_, stats, memoryBytes) => {
  const sample = sampleOf({ usage: 1_000, stats }, cpu(1, 2), cpu(1, 1));
  expect(sample.memoryBytes).toBe(memoryBytes);
});

it("readSample() sees that podman has measured once", () => {
  const before = { cpu_usage: { total_usage: 0 }, system_cpu_usage: 0, online_cpus: 0 };
  expect(sampleOf({ usage: 1 }, cpu(5, 10), before).before).toBeNull();
});

it("readSample() counts processors where the engine does not", () => {
  const counted = { cpu_usage: { total_usage: 1, percpu_usage: [1, 0, 0] }, system_cpu_usage: 9 };
  expect(sampleOf({ usage: 1 }, counted, {}).processor.processors).toBe(3);
});

it("readSample() finds no measurement of what does not run", () => {
  const nothing = { cpu_usage: { total_usage: 0 } };
  const answer = { memory_stats: {}, cpu_stats: nothing, precpu_stats: nothing };
  expect(readSample(answer)).toBeNull();
});

it("usageBetween() stays within what is possible, whatever the engine claims", () => {
  const figure = fc.oneof(fc.double(), fc.constantFrom<unknown>(null, "1", {}, 0, 5e18));
  const times = fc.record({
    cpu_usage: fc.record({ total_usage: figure }),
    system_cpu_usage: figure,
  });
  const answer = fc.record({
    memory_stats: fc.record({ usage: figure, stats: fc.record({ inactive_file: figure }) }),
    cpu_stats: times,
    precpu_stats: times,
  });
  fc.assert(
    fc.property(answer, (hostile) => {
      expect(isRecord(hostile)).toBe(true);
      try {
        const sample = readSample(hostile);
        const before = sample?.before ?? null;
        if (sample === null || before === null) return;
        const { memoryBytes, cpuPercent } = usageBetween(sample, before, null);
        expect(memoryBytes).toBeGreaterThanOrEqual(0);
        expect(cpuPercent).toBeGreaterThanOrEqual(0);
        expect(cpuPercent).toBeLessThanOrEqual(100);
      } catch (error) {
        if (!(error instanceof ObservationError)) throw error;
      }
    }),
  );
});
