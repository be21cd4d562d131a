import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { CommandContext } from "../command.ts";
import { dataFormatOption, type DataFormat } from "../deploy/deploy-options.ts";
import { jsonText } from "../deploy/json-text.ts";
import { shownOn } from "../deploy/shown.ts";
import { projectOption } from "../project-option.ts";
import { healthExitCode } from "../watch/health-words.ts";
import { statusText } from "../watch/status-text.ts";
import { withControl } from "../watch/with-control.ts";

interface StatusArguments {
  readonly project?: string | undefined;
  readonly format: DataFormat;
}

const EXAMPLES = `
Examples:
  clockwork status                           every resource: its health, and what is done about it
  clockwork status --format json             all that is known

clockwork explain NAME tells why one is what it is.

Exit codes: 0 all healthy, 1 something is unhealthy or not as deployed, 3 something is not known, or no clockwork up runs, 78 wrong configuration.`;

/**
 * `clockwork status`: tells how everything is that is watched.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function status(context: CommandContext): CommandUnknownOpts {
  return new Command("status")
    .summary("tell how everything is that is watched")
    .description(
      "Tells how everything is that clockwork up watches, or was when it last ran. Looks at nothing itself.",
    )
    .addOption(projectOption())
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (options) => {
      context.exit(await runStatus(options, context));
    });
}

async function runStatus(
  { project, format }: StatusArguments,
  context: CommandContext,
): Promise<number> {
  const { stdout } = context;
  return await withControl({ project, command: "clockwork status" }, context, async (open) => {
    const known = await open.control.status();
    const text = (): string => statusText(known, { ...shownOn(stdout), now: Date.now() });
    stdout.write(format === "json" ? jsonText(known) : text());
    return healthExitCode(known.resources, known.runningSince !== null);
  });
}
