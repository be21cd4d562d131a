import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { whoami } from "../../app/whoami.ts";
import { EXIT_CODES } from "../../model/report.ts";
import { singleLine } from "../../model/text.ts";
import type { CommandContext } from "../command.ts";
import { dataFormatOption, type DataFormat } from "../deploy/deploy-options.ts";
import { jsonText } from "../deploy/json-text.ts";
import { counted } from "../deploy/shown.ts";
import { projectOption } from "../project-option.ts";
import { commentOption, resourceArgument } from "../watch/watch-options.ts";
import { withControl } from "../watch/with-control.ts";

interface AckArguments {
  readonly project?: string | undefined;
  readonly comment?: string | undefined;
  readonly format: DataFormat;
}

const EXAMPLES = `
Examples:
  clockwork ack web --comment "on it"        take its open incidents over: nobody is told of them again before they end

It is looked at and repaired as before; clockwork maintenance keeps it from being repaired.

Exit codes: 0 done, or it has no open incident; 3 it could not be stored; 78 there is no such resource.`;

/**
 * `clockwork ack`: takes over the open incidents of a resource.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function ack(context: CommandContext): CommandUnknownOpts {
  return new Command("ack")
    .summary("take over the open incidents of a resource")
    .description(
      "Says that somebody takes care of the open incidents of a resource: no more messages, but for their end.",
    )
    .addArgument(resourceArgument())
    .addOption(commentOption())
    .addOption(projectOption())
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (resource, options) => {
      context.exit(await runAck(resource, options, context));
    });
}

async function runAck(
  resource: string,
  { project, comment = "", format }: AckArguments,
  context: CommandContext,
): Promise<number> {
  const { stdout } = context;
  return await withControl({ project, command: "clockwork ack" }, context, async (open) => {
    const by = whoami();
    const taken = await open.control.acknowledge({ resource, by, comment });
    const name = singleLine(resource);
    const text =
      taken.length === 0
        ? `${name} has no open incident.\n`
        : `${counted(taken.length, "incident")} of ${name} taken over by ${by}: no more messages before the end.\n`;
    stdout.write(format === "json" ? jsonText(taken) : text);
    return EXIT_CODES.pass;
  });
}
