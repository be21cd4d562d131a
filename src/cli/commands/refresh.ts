import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { CommandContext } from "../command.ts";
import { dataFormatOption, targetOption, type DataFormat } from "../deploy/deploy-options.ts";
import { countDrifts, driftExitCode, driftText } from "../deploy/drift-text.ts";
import { jsonText } from "../deploy/json-text.ts";
import { shownOn } from "../deploy/shown.ts";
import { withDeployment } from "../deploy/with-deployment.ts";
import { projectOption } from "../project-option.ts";

interface RefreshArguments {
  readonly project?: string | undefined;
  readonly target?: readonly string[] | undefined;
  readonly all?: true | undefined;
  readonly format: DataFormat;
}

const EXAMPLES = `
Examples:
  clockwork refresh                          what is no longer as it was deployed
  clockwork drift --target web               the same by another name, for one resource
  clockwork refresh --format json            { project, summary, resources: [{ resource, kind, sync, description, fields }] }

Exit codes: 0 all in sync, 1 something drifted or is gone, 3 something could not be looked at, 78 wrong configuration, 130 interrupted.`;

/**
 * `clockwork refresh`: tells how what was deployed differs from what is there.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function refresh(context: CommandContext): CommandUnknownOpts {
  return new Command("refresh")
    .alias("drift")
    .summary("tell how what was deployed differs from what is there")
    .description("Tells how what was deployed differs from what is there. Changes nothing.")
    .addOption(projectOption())
    .addOption(targetOption())
    .option("--all", "show what is in sync, too")
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (options) => {
      context.exit(await runRefresh(options, context));
    });
}

async function runRefresh(args: RefreshArguments, context: CommandContext): Promise<number> {
  const { signal, stdout } = context;
  return await withDeployment(args.project, context, async (deployment) => {
    const targets = args.target === undefined ? {} : { targets: args.target };
    const drifts = await deployment.refresh({ signal, ...targets });
    const summary = countDrifts(drifts);
    stdout.write(
      args.format === "json"
        ? jsonText({ project: deployment.name, summary, resources: drifts })
        : driftText(drifts, { ...shownOn(stdout), isAll: args.all === true }),
    );
    return driftExitCode(drifts);
  });
}
