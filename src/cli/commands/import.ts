import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { openProject } from "../../app/project/open-project.ts";
import type { CommandContext } from "../command.ts";
import { countActions } from "../deploy/actions.ts";
import { carryOut, type CarryArguments } from "../deploy/carry-out.ts";
import { yesOrNo } from "../deploy/confirm.ts";
import { dataFormatOption, lockTimeoutOption } from "../deploy/deploy-options.ts";
import { usageError } from "../deploy/problems.ts";
import { counted } from "../deploy/shown.ts";
import { durationOption } from "../options.ts";
import { projectOption } from "../project-option.ts";

interface ImportArguments extends CarryArguments {
  readonly all?: true | undefined;
}

const EXAMPLES = `
Examples:
  clockwork import --all                     record all that carries the marks of this project, when the state is lost
  clockwork import web db                    take over two resources, also when somebody else made them

What carries the marks of this project is recorded as it is. What somebody else made gets them, and becomes what is declared, as the plan shows: clockwork import asks first.

Exit codes: 0 taken over, or nothing to do; 1 something could not be taken over; 3 not agreed to, or not completed; 78 wrong configuration, nothing was changed; 130 interrupted.`;

/**
 * `clockwork import`: takes over what stands there already, after somebody agreed to it.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function importResources(context: CommandContext): CommandUnknownOpts {
  return new Command("import")
    .summary("take over what stands there already")
    .description("Takes over what a project declares and what stands there already.")
    .argument("[names...]", "names of resources, which are taken over whoever made them")
    .addOption(projectOption())
    .option("--all", "whatever carries the marks of this project")
    .option("--yes", "do not ask")
    .addOption(lockTimeoutOption())
    .option("--deadline <duration>", "for the whole run", durationOption)
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (names, options) => {
      context.exit(await runImport(names, options, context));
    });
}

async function runImport(
  names: readonly string[],
  args: ImportArguments,
  context: CommandContext,
): Promise<number> {
  return await carryOut(
    {
      command: "clockwork import",
      question: ({ changes }) => {
        const count = counted(changes.length - countActions(changes).keep, "resource");
        return yesOrNo(`Import ${count}?`);
      },
      carryOut: async (options) => {
        refuseUnclear(names, args);
        const { signal } = options;
        const { stderr } = context;
        const project = await openProject(args.project, { signal, onOutput: stderr.write });
        const chosen = names.length === 0 ? {} : { resources: names };
        return await project.importAll({ ...options, ...chosen });
      },
    },
    args,
    context,
  );
}

function refuseUnclear(names: readonly string[], { all }: ImportArguments): void {
  if (all === true && names.length > 0) {
    throw usageError("names of resources or --all are needed: got both", "leave one of them out");
  }
  if (all !== true && names.length === 0) {
    throw usageError(
      "names of resources or --all are needed: got neither",
      "clockwork import --all records whatever carries the marks of this project",
    );
  }
}
