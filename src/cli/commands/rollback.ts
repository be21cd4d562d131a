import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { CommandContext } from "../command.ts";
import { countActions } from "../deploy/actions.ts";
import { carryOut, type CarryArguments } from "../deploy/carry-out.ts";
import { yesOrNo } from "../deploy/confirm.ts";
import {
  dataFormatOption,
  lockTimeoutOption,
  rollbackOption,
  versionArgument,
} from "../deploy/deploy-options.ts";
import { counted } from "../deploy/shown.ts";
import { durationOption } from "../options.ts";
import { projectOption } from "../project-option.ts";

const EXAMPLES = `
Examples:
  clockwork history                          which versions there are
  clockwork rollback 3                       bring back version 3, as a new version
  clockwork rollback 3 --yes

The project stays pinned to it until the next clockwork apply. main.ts is left as it is.

Exit codes: 0 brought back, or nothing to do; 1 a step or an assertion failed; 3 not agreed to, or not completed; 78 there is no such version, nothing was changed; 130 interrupted.`;

/**
 * `clockwork rollback`: brings back a version, after somebody agreed to the plan.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function rollback(context: CommandContext): CommandUnknownOpts {
  return new Command("rollback")
    .summary("bring back a version")
    .description("Brings back a version, with the same care as apply.")
    .addArgument(versionArgument("<version>"))
    .addOption(projectOption())
    .option("--yes", "do not ask")
    .addOption(rollbackOption())
    .addOption(lockTimeoutOption())
    .option("--retry", "try a declaration again that failed before")
    .option("--delete-data", "let data go with what goes: volumes, files in folders")
    .option("--deadline <duration>", "for the whole run", durationOption)
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (version, options) => {
      context.exit(await runRollback(version, options, context));
    });
}

async function runRollback(
  version: number,
  args: CarryArguments,
  context: CommandContext,
): Promise<number> {
  return await carryOut(
    {
      command: "clockwork rollback",
      question: ({ changes }) => {
        const count = counted(changes.length - countActions(changes).keep, "change");
        return yesOrNo(`Roll back to version ${String(version)}, with ${count}?`);
      },
      carryOut: async (options) => {
        const { openDeployment } = await import("../../app/deploy/open-deployment.ts");
        await using deployment = await openDeployment(args.project, { signal: options.signal });
        return await deployment.rollback(version, options);
      },
    },
    args,
    context,
  );
}
