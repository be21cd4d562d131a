import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { PlanOptions } from "../../app/deploy/deployment.ts";
import { openProject } from "../../app/project/open-project.ts";
import type { DeployPlan } from "../../model/deployment.ts";
import { EXIT_CODES } from "../../model/report.ts";
import type { CommandContext } from "../command.ts";
import { hasChanges } from "../deploy/actions.ts";
import { dataFormatOption, targetOption, type DataFormat } from "../deploy/deploy-options.ts";
import { jsonText } from "../deploy/json-text.ts";
import { planDocument } from "../deploy/plan-document.ts";
import { planText } from "../deploy/plan-text.ts";
import { tellingProblems } from "../deploy/problems.ts";
import { shownOn } from "../deploy/shown.ts";
import { fileOption } from "../options.ts";
import { projectOption } from "../project-option.ts";
import { INTERRUPTED, tellInterrupt } from "../report-output.ts";
import { shellWord } from "../shell-word.ts";

interface PlanArguments {
  readonly project?: string | undefined;
  readonly target?: readonly string[] | undefined;
  readonly all?: true | undefined;
  readonly out?: string | undefined;
  readonly deleteData?: true | undefined;
  readonly detailedExitcode?: true | undefined;
  readonly format: DataFormat;
}

/** What `--detailed-exitcode` gives when there is something to do. */
const CHANGES = 2;

const EXAMPLES = `
Examples:
  clockwork plan                             what apply would do
  clockwork plan --target api db             for two resources, and what they need
  clockwork plan --out plan.json             keep it; clockwork apply plan.json does just that
  clockwork plan --detailed-exitcode         for scripts: 0 nothing to do, 2 changes

Signs: + create, ~ update, -/+ replace, - delete, ↻ import what is there already, = unchanged.

Exit codes: 0 a plan was made, 2 it has changes (--detailed-exitcode), 3 it could not be made, 78 wrong configuration, 130 interrupted.`;

/**
 * `clockwork plan`: shows what apply would do, and does nothing. With `--format json` it prints one object, whose shape
 * {@link planDocument} tells, and `openSteps`, how many steps an interrupted run left open.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function plan(context: CommandContext): CommandUnknownOpts {
  return new Command("plan")
    .summary("show what apply would do")
    .description("Shows what apply would do. Changes nothing, and takes no lock.")
    .addOption(projectOption())
    .addOption(targetOption())
    .option("--all", "show what stays as it is, too")
    .option("--out <file>", "write the plan there, for clockwork apply FILE", fileOption)
    .option("--delete-data", "let data go with what goes: volumes, files in folders")
    .option("--detailed-exitcode", "exit with 2 when there are changes")
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (options) => {
      context.exit(await runPlan(options, context));
    });
}

async function runPlan(args: PlanArguments, context: CommandContext): Promise<number> {
  const { signal, stdout, stderr } = context;
  return await tellingProblems(context, "Nothing was planned.", async () => {
    try {
      const project = await openProject(args.project, { signal, onOutput: stderr.write });
      const [made, openSteps] = await Promise.all([
        project.plan(planOptionsOf(args, signal)),
        openStepsOf(project.folder, signal),
      ]);
      stdout.write(
        args.format === "json"
          ? jsonText({ ...planDocument(made), openSteps })
          : planText(made, { ...shownOn(stdout), isAll: args.all === true, openSteps }),
      );
      if (args.out !== undefined) await save(made, args.out, args.project, context);
      const isTold = args.detailedExitcode === true && hasChanges(made.changes);
      return isTold ? CHANGES : EXIT_CODES.pass;
    } catch (error) {
      if (!signal.aborted) throw error;
      tellInterrupt("nothing was planned", context);
      return INTERRUPTED;
    }
  });
}

function planOptionsOf(args: PlanArguments, signal: AbortSignal): PlanOptions {
  const { target, deleteData } = args;
  return {
    signal,
    mayDeleteData: deleteData === true,
    ...(target === undefined ? {} : { targets: target }),
  };
}

// What an interrupted run left open is no part of a plan, and comes before all of it.
async function openStepsOf(folder: string, signal: AbortSignal): Promise<number> {
  const { openDeployment } = await import("../../app/deploy/open-deployment.ts");
  await using deployment = await openDeployment(folder, { signal });
  return (await deployment.lockStatus()).openSteps;
}

async function save(
  made: DeployPlan,
  path: string,
  project: string | undefined,
  { stderr }: CommandContext,
): Promise<void> {
  const { savePlan } = await import("../../app/deploy/saved-plan.ts");
  await savePlan(path, made);
  const suffix = project === undefined ? "" : ` --project ${shellWord(project)}`;
  stderr.write(`The plan is kept: clockwork apply ${shellWord(path)}${suffix} does just that.\n`);
}
