import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { CommandContext } from "../command.ts";
import { dataFormatOption, type DataFormat } from "../deploy/deploy-options.ts";
import { jsonText } from "../deploy/json-text.ts";
import { shownOn } from "../deploy/shown.ts";
import { projectOption } from "../project-option.ts";
import { explainText } from "../watch/explain-text.ts";
import { healthExitCode } from "../watch/health-words.ts";
import { resourceArgument } from "../watch/watch-options.ts";
import { withControl } from "../watch/with-control.ts";

interface ExplainArguments {
  readonly project?: string | undefined;
  readonly format: DataFormat;
}

const EXAMPLES = `
Examples:
  clockwork explain web                      why it is what it is, what was tried, and what happens next
  clockwork explain web --format json

Exit codes: 0 it is healthy, 1 it is unhealthy or not as deployed, 3 that is not known, or no clockwork up runs, 78 there is no such resource.`;

/**
 * `clockwork explain`: tells why a resource is what it is, and what happens next.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function explain(context: CommandContext): CommandUnknownOpts {
  return new Command("explain")
    .summary("tell why a resource is what it is, and what happens next")
    .description(
      "Tells why a resource is what it is: which assertion fails, what causes it, what was tried, and what happens next and when.",
    )
    .addArgument(resourceArgument())
    .addOption(projectOption())
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (resource, options) => {
      context.exit(await runExplain(resource, options, context));
    });
}

async function runExplain(
  resource: string,
  { project, format }: ExplainArguments,
  context: CommandContext,
): Promise<number> {
  const { stdout } = context;
  return await withControl({ project, command: "clockwork explain" }, context, async (open) => {
    const explanation = await open.control.explain(resource);
    const text = (): string => explainText(explanation, { ...shownOn(stdout), now: Date.now() });
    stdout.write(format === "json" ? jsonText(explanation) : text());
    return healthExitCode([explanation], open.isRunning);
  });
}
