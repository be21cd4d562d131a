import { Command, Option, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { EXIT_CODES } from "../../model/report.ts";
import type { CommandContext } from "../command.ts";
import { dataFormatOption, type DataFormat } from "../deploy/deploy-options.ts";
import { historyText } from "../deploy/history-text.ts";
import { jsonText } from "../deploy/json-text.ts";
import { shownOn } from "../deploy/shown.ts";
import { withDeployment } from "../deploy/with-deployment.ts";
import { integerOption } from "../options.ts";
import { projectOption } from "../project-option.ts";

interface HistoryArguments {
  readonly project?: string | undefined;
  readonly limit: number;
  readonly format: DataFormat;
}

const EXAMPLES = `
Examples:
  clockwork history                          the last versions, the newest first
  clockwork history --limit 100 --format json

clockwork show N tells all of one, clockwork diff A B how two differ, clockwork rollback N brings one back.

Exit codes: 0 told, 3 the state could not be read, 78 wrong configuration.`;

/**
 * `clockwork history`: lists the versions of a project.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function history(context: CommandContext): CommandUnknownOpts {
  return new Command("history")
    .summary("list the versions that were deployed")
    .description("Lists the versions that were deployed, the newest first.")
    .addOption(projectOption())
    .addOption(
      new Option("--limit <n>", "how many at most").argParser(integerOption(1, 10_000)).default(20),
    )
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (options) => {
      context.exit(await runHistory(options, context));
    });
}

async function runHistory(
  { project, limit, format }: HistoryArguments,
  context: CommandContext,
): Promise<number> {
  const { stdout } = context;
  return await withDeployment(project, context, async (deployment) => {
    const versions = await deployment.history(limit);
    stdout.write(
      format === "json"
        ? jsonText({ project: deployment.name, versions })
        : historyText(versions, shownOn(stdout)),
    );
    return EXIT_CODES.pass;
  });
}
