import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { CommandContext } from "../command.ts";
import { dataFormatOption, type DataFormat } from "../deploy/deploy-options.ts";
import { jsonText } from "../deploy/json-text.ts";
import { shownOn } from "../deploy/shown.ts";
import { projectOption } from "../project-option.ts";
import { checkedExitCode, checkedText } from "../watch/checked-text.ts";
import { resourceArgument } from "../watch/watch-options.ts";
import { withControl } from "../watch/with-control.ts";

interface CheckNowArguments {
  readonly project?: string | undefined;
  readonly format: DataFormat;
}

const EXAMPLES = `
Examples:
  clockwork check-now web                    look at it now, whatever its turn; the look counts like any other
  clockwork check-now web --format json

Exit codes: 0 it is as it should be, 1 something fails or is not as deployed, 3 it could not be looked at, 78 there is no such resource, 130 interrupted.`;

/**
 * `clockwork check-now`: looks at a resource now.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function checkNow(context: CommandContext): CommandUnknownOpts {
  return new Command("check-now")
    .summary("look at a resource now, whatever its turn")
    .description(
      "Looks at a resource now, whatever its turn: a running clockwork up does, or else the command itself.",
    )
    .addArgument(resourceArgument())
    .addOption(projectOption())
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (resource, options) => {
      context.exit(await runCheckNow(resource, options, context));
    });
}

async function runCheckNow(
  resource: string,
  { project, format }: CheckNowArguments,
  context: CommandContext,
): Promise<number> {
  const { stdout } = context;
  return await withControl({ project, command: "clockwork check-now" }, context, async (open) => {
    const checked = await open.control.checkNow(resource);
    stdout.write(format === "json" ? jsonText(checked) : checkedText(checked, shownOn(stdout)));
    return checkedExitCode(checked);
  });
}
