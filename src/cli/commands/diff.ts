import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { EXIT_CODES } from "../../model/report.ts";
import type { CommandContext } from "../command.ts";
import { dataFormatOption, versionArgument, type DataFormat } from "../deploy/deploy-options.ts";
import { diffText } from "../deploy/diff-text.ts";
import { jsonText } from "../deploy/json-text.ts";
import { shownOn } from "../deploy/shown.ts";
import { withDeployment } from "../deploy/with-deployment.ts";
import { projectOption } from "../project-option.ts";

interface DiffArguments {
  readonly project?: string | undefined;
  readonly format: DataFormat;
}

const EXAMPLES = `
Examples:
  clockwork diff 3 4                         what version 4 changed

Exit codes: 0 told, 3 the state could not be read, 78 there is no such version.`;

/**
 * `clockwork diff`: tells how two versions differ.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function diff(context: CommandContext): CommandUnknownOpts {
  return new Command("diff")
    .summary("tell how two versions differ")
    .description("Tells how two versions differ, resource by resource and field by field.")
    .addArgument(versionArgument("<from>"))
    .addArgument(versionArgument("<to>"))
    .addOption(projectOption())
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (from, to, options) => {
      context.exit(await runDiff([from, to], options, context));
    });
}

async function runDiff(
  [from, to]: readonly [from: number, to: number],
  { project, format }: DiffArguments,
  context: CommandContext,
): Promise<number> {
  const { stdout } = context;
  return await withDeployment(project, context, async (deployment) => {
    const changes = await deployment.diff(from, to);
    stdout.write(
      format === "json" ? jsonText({ from, to, changes }) : diffText(changes, shownOn(stdout)),
    );
    return EXIT_CODES.pass;
  });
}
