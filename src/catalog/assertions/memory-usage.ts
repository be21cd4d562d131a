import { assertion, type CheckScope } from "../../model/assertion.ts";
import { BYTES_PER_MB, exactBytes, shownBytes } from "../../model/bytes.ts";
import { CONTAINER_FIELDS, containerOf } from "../../model/container-option.ts";
import { command } from "../../model/composite-types.ts";
import { number } from "../../model/option-types.ts";
import { PROCESS_NAME, selectProcesses } from "../../model/process-selection.ts";
import { ownUsage, shownUsageScope, type UsageScope } from "../../model/usage-scope.ts";
import type { World } from "../../ports/world.ts";

/** Null where nothing runs that could use any. */
interface Observation {
  readonly usedBytes: number;
}

/**
 * A container, a process or this machine does not use too much memory. A MB is 1,000,000 bytes.
 *
 * @example
 * ```ts
 * new MemoryUsageAssert({ process: "nginx", maxMb: 512 });
 * ```
 */
export class MemoryUsageAssert extends assertion({
  kind: "memory-usage",
  name: "MemoryUsageAssert",
  summary:
    "A container, a process or this machine does not use too much memory; a MB is 1,000,000 bytes.",
  uses: ["containers", "machine", "processes"],
  fields: {
    maxMb: number().required("How much may be used, in MB."),
    ...CONTAINER_FIELDS,
    process: PROCESS_NAME.optional(
      "The processes by name, summed up: memory that they share counts once for each.",
    ),
    command: command().optional(
      "The process by its program and arguments, exactly; its resource's by default. Without any of these it is the machine: what a new program could not have.",
    ),
  },
  blameForTimeout: "ourselves",
  bind: (parameters, { target }) => ownUsage(parameters, target),
  claim: ({ maxMb, ...scope }) => `${shownUsageScope(scope)} uses ${shownMost(maxMb)} of memory`,
  subject: shownUsageScope,
  probe: async (whose, world: World, scope) => await measure(whose, world, scope),
  judge: (observation, { maxMb }) => {
    const expected = shownMost(maxMb);
    if (observation === null) return { verdict: "fail", expected, actual: "not running" };
    const { usedBytes } = observation;
    const mostBytes = maxMb * BYTES_PER_MB;
    return {
      verdict: usedBytes <= mostBytes ? "pass" : "fail",
      expected,
      actual: shownBytes(usedBytes, [mostBytes]),
      metrics: { usedBytes },
    };
  },
  samples: [
    {
      options: { maxMb: 512, container: "web" },
      observation: { usedBytes: 48_300_000 },
      verdict: "pass",
    },
    { options: { maxMb: 4_000 }, observation: { usedBytes: 5_200_000_000 }, verdict: "fail" },
    { options: { maxMb: 512, process: "nginx" }, observation: null, verdict: "fail" },
  ],
}) {}

async function measure(
  { container, engine, process, command: words }: UsageScope,
  world: World,
  { signal }: CheckScope,
): Promise<Observation | null> {
  if (container !== null) {
    const containers = await world.containers();
    const usage = await containers.usage(containerOf({ container, engine }), signal);
    return usage === null ? null : { usedBytes: usage.memoryBytes };
  }
  if (process === null && words === null) {
    const machine = await world.machine();
    const { totalBytes, availableBytes } = await machine.memory();
    return { usedBytes: totalBytes - availableBytes };
  }
  const processes = await world.processes();
  const all = await processes.list(signal);
  const { running } = selectProcesses(all, { name: process, command: words, pattern: null });
  if (running.length === 0) return null;
  return { usedBytes: running.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0) };
}

function shownMost(maxMb: number): string {
  return `at most ${exactBytes(maxMb * BYTES_PER_MB)}`;
}
