import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { whoami } from "../../app/whoami.ts";
import { EXIT_CODES } from "../../model/report.ts";
import type { CommandContext } from "../command.ts";
import { dataFormatOption, type DataFormat } from "../deploy/deploy-options.ts";
import { jsonText } from "../deploy/json-text.ts";
import { tellingProblems } from "../deploy/problems.ts";
import { projectOption } from "../project-option.ts";
import { resumedText } from "../watch/hold-text.ts";
import { allOption, optionalResource, scopeOf } from "../watch/watch-options.ts";
import { withControl } from "../watch/with-control.ts";

interface ResumeArguments {
  readonly project?: string | undefined;
  readonly all?: true | undefined;
  readonly format: DataFormat;
}

const EXAMPLES = `
Examples:
  clockwork resume web                       end what holds it: pause, maintenance, silence
  clockwork resume --all                     end what holds the whole project

It also confirms that a resource may be destroyed whose deadline the clock jumped over.

Exit codes: 0 done, or nothing was held; 3 it could not be stored; 78 there is no such resource.`;

/**
 * `clockwork resume`: ends what holds a resource.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function resume(context: CommandContext): CommandUnknownOpts {
  return new Command("resume")
    .summary("end a pause, maintenance or silence")
    .description("Ends what holds a resource, or the whole project: pause, maintenance, silence.")
    .addArgument(optionalResource())
    .addOption(allOption())
    .addOption(projectOption())
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (resource, options) => {
      context.exit(await runResume(resource, options, context));
    });
}

async function runResume(
  resource: string | undefined,
  { project, all, format }: ResumeArguments,
  context: CommandContext,
): Promise<number> {
  const { stdout } = context;
  return await tellingProblems(context, null, async () => {
    const scope = scopeOf(resource, all === true);
    return await withControl({ project, command: "clockwork resume" }, context, async (open) => {
      const kinds = ["pause", "maintenance", "silence", "clock"] as const;
      const ended = await open.control.release({ kinds, resource: scope, by: whoami() });
      // It may be held with all others, and stay so.
      const left = scope === null ? [] : (await open.control.explain(scope)).holds;
      stdout.write(
        format === "json" ? jsonText(ended) : resumedText({ scope, ended, left, now: Date.now() }),
      );
      return EXIT_CODES.pass;
    });
  });
}
