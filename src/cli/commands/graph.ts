import { Command, Option, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { openProject } from "../../app/project/open-project.ts";
import { EXIT_CODES } from "../../model/report.ts";
import type { CommandContext } from "../command.ts";
import { dotText, mermaidText } from "../deploy/graph-text.ts";
import { tellingProblems } from "../deploy/problems.ts";
import { projectOption } from "../project-option.ts";

interface GraphArguments {
  readonly project?: string | undefined;
  readonly format: "mermaid" | "dot";
}

const EXAMPLES = `
Examples:
  clockwork graph > graph.mmd                      for Mermaid, in Markdown for example
  clockwork graph --format dot | dot -Tsvg -o graph.svg

An arrow leads from each resource to what it needs; a label tells the condition where it is not healthy.

Exit codes: 0 drawn, 78 wrong configuration.`;

/**
 * `clockwork graph`: draws what depends on what.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function graph(context: CommandContext): CommandUnknownOpts {
  return new Command("graph")
    .summary("draw what depends on what")
    .description("Draws what depends on what, as main.ts declares it.")
    .addOption(projectOption())
    .addOption(
      new Option("--format <name>", "the language it is drawn in")
        .choices(["mermaid", "dot"] as const)
        .default("mermaid" as const),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (options) => {
      context.exit(await runGraph(options, context));
    });
}

async function runGraph(
  { project, format }: GraphArguments,
  context: CommandContext,
): Promise<number> {
  const { signal, stdout, stderr } = context;
  return await tellingProblems(context, "Nothing was drawn.", async () => {
    const { plans, name } = await openProject(project, { signal, onOutput: stderr.write });
    stdout.write(format === "dot" ? dotText(plans, name) : mermaidText(plans));
    return EXIT_CODES.pass;
  });
}
