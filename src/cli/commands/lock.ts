import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { EXIT_CODES } from "../../model/report.ts";
import type { CommandContext } from "../command.ts";
import { dataFormatOption, type DataFormat } from "../deploy/deploy-options.ts";
import { jsonText } from "../deploy/json-text.ts";
import { lockText } from "../deploy/lock-text.ts";
import { withDeployment } from "../deploy/with-deployment.ts";
import { projectOption } from "../project-option.ts";

interface LockArguments {
  readonly project?: string | undefined;
  readonly format: DataFormat;
}

const EXAMPLES = `
Examples:
  clockwork lock status                      who works on the project, and what an interrupted run left open
  clockwork lock status --format json        { isHeld, holder: { pid, startedAt, host, command, since }, openSteps }

The lock frees itself when its holder ends, however it ends: there is nothing to unlock.

Exit codes: 0 told, 3 the state could not be read, 78 wrong configuration.`;

/**
 * `clockwork lock`: tells about the lock of a project.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function lock(context: CommandContext): CommandUnknownOpts {
  const status = new Command("status")
    .summary("tell who works on the project")
    .description("Tells who works on the project, and what an interrupted run left open.")
    .addOption(projectOption())
    .addOption(dataFormatOption())
    .action(async (options) => {
      context.exit(await runStatus(options, context));
    });
  return new Command("lock")
    .summary("tell who works on the project")
    .description(
      "Tells about the lock of a project, which one at a time holds who changes something.",
    )
    .addCommand(status)
    .addHelpText("after", EXAMPLES);
}

async function runStatus(
  { project, format }: LockArguments,
  context: CommandContext,
): Promise<number> {
  const { stdout } = context;
  return await withDeployment(project, context, async (deployment) => {
    const status = await deployment.lockStatus();
    stdout.write(format === "json" ? jsonText(status) : lockText(status, Date.now()));
    return EXIT_CODES.pass;
  });
}
