import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { CommandContext } from "../command.ts";
import { dataFormatOption } from "../deploy/deploy-options.ts";
import { projectOption } from "../project-option.ts";
import { runHold } from "../watch/hold-command.ts";
import { allOption, commentOption, forOption, optionalResource } from "../watch/watch-options.ts";

const EXAMPLES = `
Examples:
  clockwork silence web --for 1h --comment "known, fixed tomorrow"
  clockwork silence --all --for 10m

clockwork resume ends it before its time.

Exit codes: 0 done, 3 it could not be stored, 78 there is no such resource.`;

/**
 * `clockwork silence`: tell nobody of a resource.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function silence(context: CommandContext): CommandUnknownOpts {
  return new Command("silence")
    .summary("tell nobody of a resource")
    .description(
      "Keeps people from being told of a resource, or of the whole project, for some time. It is looked at and repaired meanwhile.",
    )
    .addArgument(optionalResource())
    .addOption(allOption())
    .addOption(forOption().makeOptionMandatory())
    .addOption(commentOption())
    .addOption(projectOption())
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (resource, options) => {
      context.exit(await runHold("silence", resource, options, context));
    });
}
