import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { CommandContext } from "../command.ts";
import { dataFormatOption } from "../deploy/deploy-options.ts";
import { projectOption } from "../project-option.ts";
import { runHold } from "../watch/hold-command.ts";
import { allOption, commentOption, forOption, optionalResource } from "../watch/watch-options.ts";

const EXAMPLES = `
Examples:
  clockwork pause web                        until clockwork resume web
  clockwork pause --all --for 30m --comment "moving the disk"

clockwork resume ends it before its time.

Exit codes: 0 done, 3 it could not be stored, 78 there is no such resource.`;

/**
 * `clockwork pause`: neither look at a resource, nor repair it.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function pause(context: CommandContext): CommandUnknownOpts {
  return new Command("pause")
    .summary("neither look at a resource, nor repair it")
    .description(
      "Keeps a resource, or the whole project, from being looked at, repaired and told of, until it is resumed.",
    )
    .addArgument(optionalResource())
    .addOption(allOption())
    .addOption(forOption())
    .addOption(commentOption())
    .addOption(projectOption())
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (resource, options) => {
      context.exit(await runHold("pause", resource, options, context));
    });
}
