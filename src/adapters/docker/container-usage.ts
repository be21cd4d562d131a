import type { ContainerUsage } from "../../ports/containers.ts";
import { field, isAmount, nested, type UnknownRecord } from "./fields.ts";

/** One measurement of a container. */
export interface UsageSample {
  readonly memoryBytes: number;
  readonly processor: ProcessorTime;
  /** What it was some second before; null when the engine has not measured twice. */
  readonly before: ProcessorTime | null;
}

/** Time of all processors, in nanoseconds, since some start. */
interface ProcessorTime {
  readonly usedNs: number;
  /** Of the whole machine, idle or not. */
  readonly systemNs: number;
  readonly processors: number;
}

/**
 * Reads one measurement.
 *
 * @param answer - The answer to `GET /containers/{id}/stats`.
 * @returns The measurement; null when it holds none, as for a container that does not run.
 * @throws {@link ObservationError} When it is not such an answer.
 */
export function readSample(answer: UnknownRecord): UsageSample | null {
  const memory = nested(answer, "memory_stats");
  const usedBytes = field(memory, "usage", isAmount);
  const processor = processorTime(nested(answer, "cpu_stats"));
  if (usedBytes === null || processor === null) return null;
  return {
    memoryBytes: usedBytes - reclaimable(nested(memory, "stats"), usedBytes),
    processor,
    before: processorTime(nested(answer, "precpu_stats")),
  };
}

/**
 * Puts two measurements together, as `docker stats` does: the share that the container had of what the whole machine has
 * spent, times the number of processors.
 *
 * @param sample - The later one.
 * @param before - The earlier one.
 * @param memoryLimitBytes - The container's own limit; null without one.
 * @returns What the container uses.
 */
export function usageBetween(
  sample: UsageSample,
  before: ProcessorTime,
  memoryLimitBytes: number | null,
): ContainerUsage {
  const { usedNs, systemNs, processors } = sample.processor;
  const used = usedNs - before.usedNs;
  const passed = systemNs - before.systemNs;
  const share = used > 0 && passed > 0 ? used / passed : 0;
  return {
    memoryBytes: sample.memoryBytes,
    memoryLimitBytes,
    cpuPercent: Math.min(share, 1) * processors * 100,
  };
}

// Pages of files that nobody has used lately are given back as soon as memory is short: `total_inactive_file` with version 1
// of control groups, `inactive_file` with version 2. Some engines with version 1 tell of the whole cache alone.
function reclaimable(stats: UnknownRecord, usedBytes: number): number {
  for (const key of ["total_inactive_file", "inactive_file", "cache"]) {
    const bytes = field(stats, key, isAmount);
    if (bytes !== null) return bytes < usedBytes ? bytes : 0;
  }
  return 0;
}

// Podman fills in zeros where it has not measured.
function processorTime(stats: UnknownRecord): ProcessorTime | null {
  const usage = nested(stats, "cpu_usage");
  const systemNs = field(stats, "system_cpu_usage", isAmount) ?? 0;
  const usedNs = field(usage, "total_usage", isAmount);
  if (systemNs === 0 || usedNs === null) return null;
  return { usedNs, systemNs, processors: processorsOf(stats, usage) };
}

function processorsOf(stats: UnknownRecord, usage: UnknownRecord): number {
  const online = field(stats, "online_cpus", isAmount) ?? 0;
  if (online > 0) return online;
  const each = usage["percpu_usage"];
  return Array.isArray(each) && each.length > 0 ? each.length : 1;
}
