import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { CommandContext } from "../command.ts";
import { dataFormatOption } from "../deploy/deploy-options.ts";
import { projectOption } from "../project-option.ts";
import { runHold } from "../watch/hold-command.ts";
import { allOption, commentOption, forOption, optionalResource } from "../watch/watch-options.ts";

const EXAMPLES = `
Examples:
  clockwork maintenance db --for 1h --comment "upgrade to 18"
  clockwork maintenance --all --for 10m

clockwork resume ends it before its time.

Exit codes: 0 done, 3 it could not be stored, 78 there is no such resource.`;

/**
 * `clockwork maintenance`: look at a resource, but neither repair it nor tell of it.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function maintenance(context: CommandContext): CommandUnknownOpts {
  return new Command("maintenance")
    .summary("look at a resource, but neither repair it nor tell of it")
    .description(
      "Keeps a resource, or the whole project, from being repaired and told of for some time. It is looked at meanwhile.",
    )
    .addArgument(optionalResource())
    .addOption(allOption())
    .addOption(forOption().makeOptionMandatory())
    .addOption(commentOption())
    .addOption(projectOption())
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (resource, options) => {
      context.exit(await runHold("maintenance", resource, options, context));
    });
}
