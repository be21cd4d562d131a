import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { openProject } from "../../app/project/open-project.ts";
import type { DeployPlan } from "../../model/deployment.ts";
import type { CommandContext } from "../command.ts";
import { countActions } from "../deploy/actions.ts";
import { carryOut, type CarryArguments } from "../deploy/carry-out.ts";
import { yesOrNo } from "../deploy/confirm.ts";
import {
  dataFormatOption,
  lockTimeoutOption,
  rollbackOption,
  targetOption,
} from "../deploy/deploy-options.ts";
import { usageError } from "../deploy/problems.ts";
import { durationOption } from "../options.ts";
import { projectOption } from "../project-option.ts";

const EXAMPLES = `
Examples:
  clockwork apply                            show the plan, ask, and carry it out
  clockwork apply --yes                      do not ask, as in a pipeline
  clockwork apply plan.json --yes            just what clockwork plan --out plan.json showed
  clockwork apply --target api               one resource, and what it needs
  clockwork apply --lock-timeout 5m          wait for somebody else who works on the project

Who interrupts it loses nothing: the next apply continues where this one stopped.

Exit codes: 0 deployed, or nothing to do; 1 a step or an assertion failed; 3 not agreed to, or not completed; 78 wrong configuration, nothing was changed; 130 interrupted.`;

/**
 * `clockwork apply`: makes what is declared so, after somebody agreed to the plan.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function apply(context: CommandContext): CommandUnknownOpts {
  return new Command("apply")
    .summary("make what is declared so")
    .description(
      "Makes what a project declares so: shows the plan, asks, and carries it out in the order of dependency. " +
        "What was made has to prove itself by its assertions before the old one goes.",
    )
    .argument("[file]", "a plan that clockwork plan --out kept; a new one by default")
    .addOption(projectOption())
    .addOption(targetOption())
    .option("--yes", "do not ask")
    .addOption(rollbackOption())
    .addOption(lockTimeoutOption())
    .option("--retry", "try a declaration again that failed before")
    .option("--delete-data", "let data go with what goes: volumes, files in folders")
    .option("--deadline <duration>", "for the whole run", durationOption)
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (file, options) => {
      context.exit(await runApply(file, options, context));
    });
}

async function runApply(
  file: string | undefined,
  args: CarryArguments,
  context: CommandContext,
): Promise<number> {
  const { stderr } = context;
  return await carryOut(
    {
      command: "clockwork apply",
      question: ({ changes }) => {
        const count = changes.length - countActions(changes).keep;
        return yesOrNo(
          count === 1 ? "Apply this change?" : `Apply these ${String(count)} changes?`,
        );
      },
      carryOut: async (options) => {
        const { signal } = options;
        if (file !== undefined) {
          const { openDeployment } = await import("../../app/deploy/open-deployment.ts");
          await using deployment = await openDeployment(args.project, { signal });
          return await deployment.apply(await savedPlan(file, args), options);
        }
        const project = await openProject(args.project, { signal, onOutput: stderr.write });
        return await project.apply(options);
      },
    },
    args,
    context,
  );
}

async function savedPlan(file: string, { target }: CarryArguments): Promise<DeployPlan> {
  if (target !== undefined) {
    throw usageError(
      "a plan that is kept says itself what is done: --target cannot change it",
      "leave --target out, or the file",
    );
  }
  const { readSavedPlan } = await import("../../app/deploy/saved-plan.ts");
  return await readSavedPlan(file);
}
