import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { singleLine } from "../../model/text.ts";
import type { CommandContext } from "../command.ts";
import { countActions } from "../deploy/actions.ts";
import { carryOut, type CarryArguments } from "../deploy/carry-out.ts";
import { byName } from "../deploy/confirm.ts";
import { dataFormatOption, lockTimeoutOption, targetOption } from "../deploy/deploy-options.ts";
import { counted } from "../deploy/shown.ts";
import { durationOption } from "../options.ts";
import { projectOption } from "../project-option.ts";

const EXAMPLES = `
Examples:
  clockwork destroy                          show what goes, ask for the project's name, and take it away
  clockwork destroy --target web --yes       one resource, and what needs it
  clockwork destroy --keep-files             files and folders stay where they are

It goes by what is recorded: main.ts need not be there any more.

Exit codes: 0 destroyed, or nothing there; 1 something could not be taken away; 3 not agreed to, or not completed; 78 something is protected, nothing was changed; 130 interrupted.`;

/**
 * `clockwork destroy`: takes away what was deployed, after somebody agreed to it.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function destroy(context: CommandContext): CommandUnknownOpts {
  return new Command("destroy")
    .summary("take away what was deployed")
    .description("Takes away what was deployed, what needs others before what it needs.")
    .addOption(projectOption())
    .addOption(targetOption())
    .option("--yes", "do not ask")
    .option("--keep-files", "leave files and folders where they are")
    .option("--delete-data", "let data go with what goes: volumes, files in folders")
    .addOption(lockTimeoutOption())
    .option("--deadline <duration>", "for the whole run", durationOption)
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (options) => {
      context.exit(await runDestroy(options, context));
    });
}

async function runDestroy(args: CarryArguments, context: CommandContext): Promise<number> {
  return await carryOut(
    {
      command: "clockwork destroy",
      question: ({ changes, project }) => {
        const count = counted(countActions(changes).delete, "resource");
        return byName(`This destroys ${count}.`, singleLine(project.name));
      },
      carryOut: async (options) => {
        const { openDeployment } = await import("../../app/deploy/open-deployment.ts");
        await using deployment = await openDeployment(args.project, { signal: options.signal });
        return await deployment.destroy(options);
      },
    },
    args,
    context,
  );
}
