import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { openProject } from "../../app/project/open-project.ts";
import { EXIT_CODES } from "../../model/report.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import type { CommandContext } from "../command.ts";
import { projectOption } from "../project-option.ts";

const EXAMPLES = `
Examples:
  clockwork compile
  clockwork assert --plan .clockwork/plans/assert_redis.json

Exit codes: 0 all plans are in place, 3 one could not be written, 78 wrong configuration.`;

/**
 * `clockwork compile`: writes the check plans of a project.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function compile(context: CommandContext): CommandUnknownOpts {
  return new Command("compile")
    .summary("write the check plans of a project")
    .description(
      "Writes one check plan for each resource to .clockwork/plans/, those only whose definition changed.",
    )
    .addOption(projectOption())
    .addHelpText("after", EXAMPLES)
    .action(async ({ project }) => {
      context.exit(await runCompile(project, context));
    });
}

async function runCompile(
  path: string | undefined,
  { stdout, stderr, signal }: CommandContext,
): Promise<number> {
  const project = await openProject(path, { signal, onOutput: stderr.write });
  const { written, unchanged, removed, problems } = await project.compile();
  for (const name of written) stdout.write(`written    ${name}\n`);
  for (const name of removed) stdout.write(`removed    ${name}\n`);
  stdout.write(
    `${String(written.length)} written, ${String(unchanged.length)} unchanged, ${String(removed.length)} removed in .clockwork/plans/\n`,
  );
  if (problems.length === 0) return EXIT_CODES.pass;
  stderr.write(`${new ConfigurationError(problems).message}\n`);
  return EXIT_CODES.error;
}
