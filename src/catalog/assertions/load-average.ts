import { assertion } from "../../model/assertion.ts";
import { shownNumber } from "../../model/figures.ts";
import { requireAny } from "../../model/option-rules.ts";
import { boolean, number } from "../../model/option-types.ts";
import type { World } from "../../ports/world.ts";

const WINDOWS = [
  { limit: "max1", label: "1 min" },
  { limit: "max5", label: "5 min" },
  { limit: "max15", label: "15 min" },
] as const;

interface Limits {
  readonly max1: number | null;
  readonly max5: number | null;
  readonly max15: number | null;
}

/**
 * The load of this machine is not too high.
 *
 * @example
 * ```ts
 * new LoadAverageAssert({ max5: 0.8, perProcessor: true });
 * ```
 */
export class LoadAverageAssert extends assertion({
  kind: "load-average",
  name: "LoadAverageAssert",
  summary: "The load of this machine is not too high; at least one limit must be given.",
  uses: ["machine"],
  fields: {
    max1: number().optional("The greatest load average over 1 minute."),
    max5: number().optional("The greatest load average over 5 minutes."),
    max15: number().optional("The greatest load average over 15 minutes."),
    perProcessor: boolean().or(
      false,
      "Whether the load averages are divided by the number of processors.",
    ),
  },
  bind: ({ max1, max5, max15 }) => {
    requireAny({ max1, max5, max15 });
    return {};
  },
  claim: (parameters) =>
    `the load${parameters.perProcessor ? " per processor" : ""} is ${shownLimits(parameters)}`,
  subject: () => "this machine",
  probe: async (_, world: World) => {
    const machine = await world.machine();
    return { load: await machine.load(), processorCount: machine.processorCount() };
  },
  judge: ({ load, processorCount }, parameters) => {
    const divisor = parameters.perProcessor ? processorCount : 1;
    const seen = WINDOWS.flatMap(({ limit, label }, index) => {
      const most = parameters[limit];
      return most === null ? [] : [{ most, label, value: (load[index] ?? 0) / divisor }];
    });
    return {
      verdict: seen.every(({ value, most }) => value <= most) ? "pass" : "fail",
      expected: shownLimits(parameters),
      actual: seen
        .map(({ value, most, label }) => `${shownNumber(value, [most])} (${label})`)
        .join(", "),
      metrics: { load1: load[0], load5: load[1], load15: load[2], processorCount },
    };
  },
  samples: [
    {
      options: { max5: 4 },
      observation: { load: [0.5, 0.75, 0.6], processorCount: 2 },
      verdict: "pass",
    },
    {
      options: { max1: 1, perProcessor: true },
      observation: { load: [6.2, 3.1, 1.2], processorCount: 4 },
      verdict: "fail",
    },
  ],
}) {}

function shownLimits(limits: Limits): string {
  return WINDOWS.flatMap(({ limit, label }) => {
    const most = limits[limit];
    return most === null ? [] : [`at most ${String(most)} (${label})`];
  }).join(", ");
}
