import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { EXIT_CODES } from "../../model/report.ts";
import type { CommandContext } from "../command.ts";
import { dataFormatOption, versionArgument, type DataFormat } from "../deploy/deploy-options.ts";
import { versionText } from "../deploy/history-text.ts";
import { jsonText } from "../deploy/json-text.ts";
import { shownOn } from "../deploy/shown.ts";
import { withDeployment } from "../deploy/with-deployment.ts";
import { projectOption } from "../project-option.ts";

interface ShowArguments {
  readonly project?: string | undefined;
  readonly format: DataFormat;
}

const EXAMPLES = `
Examples:
  clockwork show 3
  clockwork show 3 --format json             with every resource, as it was declared

Exit codes: 0 told, 3 the state could not be read, 78 there is no such version.`;

/**
 * `clockwork show`: tells all that is known of a version.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function show(context: CommandContext): CommandUnknownOpts {
  return new Command("show")
    .summary("tell all that is known of a version")
    .description("Tells all that is known of a version: its changes, results and verdicts.")
    .addArgument(versionArgument("<version>"))
    .addOption(projectOption())
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (version, options) => {
      context.exit(await runShow(version, options, context));
    });
}

async function runShow(
  version: number,
  { project, format }: ShowArguments,
  context: CommandContext,
): Promise<number> {
  const { stdout } = context;
  return await withDeployment(project, context, async (deployment) => {
    const found = await deployment.version(version);
    stdout.write(format === "json" ? jsonText(found) : versionText(found, shownOn(stdout)));
    return EXIT_CODES.pass;
  });
}
