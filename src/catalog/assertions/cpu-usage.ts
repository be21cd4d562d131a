import { assertion, type CheckScope } from "../../model/assertion.ts";
import { shownNumber } from "../../model/figures.ts";
import { CONTAINER_FIELDS, containerOf } from "../../model/container-option.ts";
import { command } from "../../model/composite-types.ts";
import { duration, number } from "../../model/option-types.ts";
import { InvalidOption } from "../../model/options.ts";
import { cpuMsBetween } from "../../model/process-cpu.ts";
import { PROCESS_NAME, selectProcesses } from "../../model/process-selection.ts";
import { ownUsage, shownUsageScope, type UsageScope } from "../../model/usage-scope.ts";
import type { World } from "../../ports/world.ts";

const MS_PER_SECOND = 1_000;

/** Whoever declares a sample as long as the timeout still gets an answer. */
const MOST_SHARE_OF_TIMEOUT = 0.5;

/** The most that makes sense: a hundred for each of a thousand processors. */
const MOST_PERCENT = 100_000;

/** Null where nothing runs that could use any. */
interface Observation {
  readonly usedPercent: number;
}

/**
 * A container, a process or this machine does not use too much processor time.
 *
 * For the machine, 100 percent is all of its processors; for a container or a process it is one of them, as `top` shows it.
 *
 * @example
 * ```ts
 * new CpuUsageAssert({ maxPercent: 90, sample: "2s" });
 * ```
 */
export class CpuUsageAssert extends assertion({
  kind: "cpu-usage",
  name: "CpuUsageAssert",
  summary:
    "A container or process (100 percent is one processor) or this machine (100 percent is all) does not use too much processor time.",
  uses: ["containers", "machine", "processes"],
  fields: {
    maxPercent: number({ most: MOST_PERCENT }).required("How much may be used, in percent."),
    sample: duration().or(
      "500ms",
      "How long it is measured, at most half of the timeout; a container's engine takes its own second.",
    ),
    ...CONTAINER_FIELDS,
    process: PROCESS_NAME.optional("The processes by name, summed up."),
    command: command().optional(
      "The process by its program and arguments, exactly; its resource's by default. Without any of these it is the machine.",
    ),
  },
  blameForTimeout: "ourselves",
  bind: (parameters, { target }) => {
    const { maxPercent } = parameters;
    const added = ownUsage(parameters, target);
    const isMachine = shownUsageScope({ ...parameters, ...added }) === "this machine";
    if (isMachine && maxPercent > 100) {
      const message = `needs maxPercent to be at most 100 for a machine: got ${String(maxPercent)}`;
      throw new InvalidOption(message, { hint: "100 percent is all processors of the machine" });
    }
    return added;
  },
  claim: (parameters) =>
    `${shownUsageScope(parameters)} uses at most ${String(parameters.maxPercent)} % CPU`,
  subject: shownUsageScope,
  probe: async ({ sample, ...whose }, world: World, scope) => {
    const sampleMs = Math.min(sample * MS_PER_SECOND, scope.timeoutMs * MOST_SHARE_OF_TIMEOUT);
    return await measure({ ...whose, sampleMs }, world, scope);
  },
  judge: (observation, { maxPercent }) => {
    const expected = `at most ${String(maxPercent)} %`;
    if (observation === null) return { verdict: "fail", expected, actual: "not running" };
    const { usedPercent } = observation;
    return {
      verdict: usedPercent <= maxPercent ? "pass" : "fail",
      expected,
      actual: `${shownNumber(usedPercent, [maxPercent])} %`,
      metrics: { usedPercent },
    };
  },
  samples: [
    { options: { maxPercent: 90 }, observation: { usedPercent: 12.5 }, verdict: "pass" },
    {
      options: { maxPercent: 50, container: "web" },
      observation: { usedPercent: 187.2 },
      verdict: "fail",
    },
    { options: { maxPercent: 50, process: "nginx" }, observation: null, verdict: "fail" },
  ],
}) {}

interface Sampled extends UsageScope {
  readonly sampleMs: number;
}

async function measure(
  whose: Sampled,
  world: World,
  { signal }: CheckScope,
): Promise<Observation | null> {
  const { container, engine, process, command: words, sampleMs } = whose;
  if (container !== null) {
    const containers = await world.containers();
    const usage = await containers.usage(containerOf({ container, engine }), signal);
    return usage === null ? null : { usedPercent: usage.cpuPercent };
  }
  if (process !== null || words !== null) return await measureProcesses(whose, world, signal);
  const machine = await world.machine();
  return { usedPercent: await machine.cpuPercent(sampleMs, signal) };
}

async function measureProcesses(
  { process, command: words, sampleMs }: Sampled,
  { clock, processes: load }: World,
  signal: AbortSignal,
): Promise<Observation | null> {
  const processes = await load();
  const before = await processes.list(signal);
  const startedMs = clock.elapsedMs();
  await clock.sleep(sampleMs, signal);
  const after = await processes.list(signal);
  const elapsedMs = clock.elapsedMs() - startedMs;
  const { running } = selectProcesses(after, { name: process, command: words, pattern: null });
  if (running.length === 0) return null;
  return { usedPercent: (cpuMsBetween(before, running) / elapsedMs) * 100 };
}
