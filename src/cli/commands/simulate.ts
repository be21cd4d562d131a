import { Argument, Command, Option, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { SimulateOptions } from "../../app/simulate/simulate-project.ts";
import { EXIT_CODES } from "../../model/report.ts";
import type { CommandContext } from "../command.ts";
import { dataFormatOption, type DataFormat } from "../deploy/deploy-options.ts";
import { jsonText } from "../deploy/json-text.ts";
import { durationOption, fileOption, integerOption } from "../options.ts";
import { simulationLine, simulationSummary } from "../simulate-text.ts";

interface SimulateArguments {
  readonly fault?: readonly string[] | undefined;
  readonly for: number;
  readonly seed: number;
  readonly format: DataFormat;
}

const HOUR_MS = 3_600_000;
const LIMIT_SEED = 999_999_999;
/** A line is no wider than that before its text begins. */
const NAME_COLUMNS = 20;

const EXAMPLES = `
Examples:
  clockwork simulate --fault "nginx-web dies at 10m"
  clockwork simulate main.ts --fault "db hangs at 5m for 20m" --fault "engine unreachable at 1h for 5m" --for 2h
  clockwork simulate --fault "clockwork is killed at 10m" --seed 7 --format json

Faults, each with at TIME, counted from when it is watched:
  RESOURCE dies | hangs | is slow | answers 500 [for DURATION]    with a length, it comes over what was repaired, too
  RESOURCE is removed | drifts
  engine unreachable | disk full | dns fails [for DURATION]
  clock jumps +2h
  clockwork is killed [for DURATION]

Nothing real is touched: no container, no process, no file but the project's own, which are read.

Exit codes: 0 all is well in the end, 1 something is not, 78 wrong configuration, or a fault that makes no sense, 130 interrupted.`;

/**
 * `clockwork simulate`: shows what Clockwork would do with a project when something goes wrong. With `--format json` it prints
 * one object, a {@link SimulatedProject}.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function simulate(context: CommandContext): CommandUnknownOpts {
  return new Command("simulate")
    .summary("show what would happen when something goes wrong")
    .description(
      "Deploys the project into a simulated world, watches it there, lets faults loose on it, and shows step by step what Clockwork would do. Hours pass in seconds.",
    )
    .addArgument(
      new Argument(
        "[path]",
        "a folder with a main.ts, or such a file; the current folder by default",
      ).argParser(fileOption),
    )
    .addOption(new Option("--fault <faults...>", "what goes wrong, and when"))
    .addOption(
      new Option("--for <duration>", "how long it is watched")
        .argParser(durationOption)
        .default(HOUR_MS, "1h"),
    )
    .addOption(
      new Option("--seed <number>", "the same one gives the same simulation")
        .argParser(integerOption(0, LIMIT_SEED))
        .default(1),
    )
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (path, options) => {
      context.exit(await runSimulate(path, options, context));
    });
}

async function runSimulate(
  path: string | undefined,
  { fault = [], for: forMs, seed, format }: SimulateArguments,
  { signal, stdout, stderr }: CommandContext,
): Promise<number> {
  const { simulateProject } = await import("../../app/simulate/simulate-project.ts");
  const options: SimulateOptions = { faults: fault, forMs, seed, signal, onOutput: stderr.write };
  const isText = format === "pretty";
  const simulated = await simulateProject(path, {
    ...options,
    ...(isText
      ? {
          onLine: (line) => {
            stdout.write(simulationLine(line, NAME_COLUMNS));
          },
        }
      : {}),
  });
  stdout.write(isText ? simulationSummary(simulated) : jsonText(simulated));
  return simulated.isWell ? EXIT_CODES.pass : EXIT_CODES.fail;
}
