import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { whoami } from "../../app/whoami.ts";
import type { CommandContext } from "../command.ts";
import { dataFormatOption, type DataFormat } from "../deploy/deploy-options.ts";
import { jsonText } from "../deploy/json-text.ts";
import { projectOption } from "../project-option.ts";
import { repairedExitCode, repairedText } from "../watch/repaired-text.ts";
import { resourceArgument } from "../watch/watch-options.ts";
import { withControl } from "../watch/with-control.ts";

interface RepairArguments {
  readonly project?: string | undefined;
  readonly format: DataFormat;
}

const EXAMPLES = `
Examples:
  clockwork repair web                       try the next step now, whatever was tried or given up
  clockwork repair web --format json         the attempt, null when there was nothing to repair

What is healthy and as it was deployed is left alone.

Exit codes: 0 it helped, or nothing was wrong; 1 it did not help; 3 it is not known whether it helped; 78 there is no such resource; 130 interrupted.`;

/**
 * `clockwork repair`: repairs a resource now.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function repair(context: CommandContext): CommandUnknownOpts {
  return new Command("repair")
    .summary("repair a resource now")
    .description(
      "Repairs a resource now: a person overrides backoff, budgets and giving up. A running clockwork up does it, or else the command itself.",
    )
    .addArgument(resourceArgument())
    .addOption(projectOption())
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (resource, options) => {
      context.exit(await runRepair(resource, options, context));
    });
}

async function runRepair(
  resource: string,
  { project, format }: RepairArguments,
  context: CommandContext,
): Promise<number> {
  const { stdout } = context;
  return await withControl({ project, command: "clockwork repair" }, context, async (open) => {
    const attempt = await open.control.repair(resource, { by: whoami() });
    stdout.write(format === "json" ? jsonText(attempt) : repairedText(resource, attempt, stdout));
    return repairedExitCode(attempt);
  });
}
