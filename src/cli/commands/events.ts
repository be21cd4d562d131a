import { Command, Option, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { OpenControl } from "../../app/control/open-control.ts";
import { EXIT_CODES } from "../../model/report.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { CommandContext } from "../command.ts";
import { dataFormatOption, type DataFormat } from "../deploy/deploy-options.ts";
import { jsonLine } from "../deploy/json-text.ts";
import { integerOption } from "../options.ts";
import { projectOption } from "../project-option.ts";
import { eventText } from "../watch/events-text.ts";
import { withControl } from "../watch/with-control.ts";

interface EventsArguments {
  readonly project?: string | undefined;
  readonly resource?: string | undefined;
  readonly limit: number;
  readonly after?: number | undefined;
  readonly follow?: true | undefined;
  readonly format: DataFormat;
}

/** Counted from 1, and never so many. */
const MOST_EVENT = 999_999_999;

const EXAMPLES = `
Examples:
  clockwork events                           what happened last, the newest at the end
  clockwork events --follow                  go on with what happens, until Ctrl-C
  clockwork events --resource web --limit 100
  clockwork events --after 120 --format json one JSON object on each line

Exit codes: 0 told, 3 the state could not be read, 78 wrong configuration, 130 interrupted.`;

/**
 * `clockwork events`: tells what has happened, and what happens.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function events(context: CommandContext): CommandUnknownOpts {
  return new Command("events")
    .summary("tell what has happened, and follow what happens")
    .description(
      "Tells what has happened while a project was watched, one line each: changes of health, incidents, repairs, holds.",
    )
    .addOption(projectOption())
    .option("--follow", "go on with what happens")
    .option("--resource <name>", "only what is about this resource")
    .addOption(
      new Option("--limit <n>", "how many at most of what has happened")
        .argParser(integerOption(1, 10_000))
        .default(20),
    )
    .addOption(
      new Option(
        "--after <id>",
        "only what came after the event of this id, the oldest first",
      ).argParser(integerOption(0, MOST_EVENT)),
    )
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (options) => {
      context.exit(await runEvents(options, context));
    });
}

async function runEvents(args: EventsArguments, context: CommandContext): Promise<number> {
  const { stdout, stderr } = context;
  const { project, resource = null, format } = args;
  const tell = (event: WatchEvent): void => {
    if (resource !== null && event.resource !== resource) return;
    stdout.write(format === "json" ? jsonLine(event) : eventText(event, stdout));
  };
  return await withControl({ project, command: "clockwork events" }, context, async (open) => {
    // What happens in between is told once, by its id.
    const [newest] = await open.events({ limit: 1 });
    const past = await pastEvents(open, args);
    for (const event of past) tell(event);
    if (args.follow !== true) return EXIT_CODES.pass;
    if (!open.isRunning) stderr.write("No clockwork up runs: waiting for one.\n");
    await open.follow(Math.max(newest?.id ?? 0, past.at(-1)?.id ?? 0), tell);
    return EXIT_CODES.pass;
  });
}

async function pastEvents(
  { events: list }: OpenControl,
  { resource, limit, after }: EventsArguments,
): Promise<readonly WatchEvent[]> {
  const query = { limit, ...(resource !== undefined && { resource }) };
  if (after !== undefined) return await list({ ...query, after });
  return (await list(query)).toReversed();
}
