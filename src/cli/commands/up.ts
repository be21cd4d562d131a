import { Command, Option, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { readServices } from "../../app/services/services-file.ts";
import { servicesSource } from "../../app/services/services-source.ts";
import { DEFAULT_SERVICE_INTERVAL_MS, Watchlist, watchServices } from "../../app/watch-services.ts";
import { EXIT_CODES } from "../../model/report.ts";
import type { CommandContext } from "../command.ts";
import { showLines } from "../display/lines.ts";
import { durationOption, resolverOption } from "../options.ts";

interface UpArguments {
  readonly interval: number;
  readonly resolver: "dns" | "system";
}

const EXAMPLES = `
Examples:
  clockwork up                               watch the services.json of this folder
  clockwork up shop.json --interval 10s

On a terminal it shows a live table, in a pipe one line for each change. Ctrl-C stops it, with exit code 0.`;

/**
 * `clockwork up`: watches the services of a file until it is told to stop.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function up(context: CommandContext): CommandUnknownOpts {
  return new Command("up")
    .summary("watch the services of a file until told to stop")
    .description("Watches the services of a file until told to stop.")
    .argument("[file]", "a services file, or a folder with a services.json")
    .addOption(
      new Option("--interval <duration>", "from one check of a service to its next")
        .argParser(durationOption)
        .default(DEFAULT_SERVICE_INTERVAL_MS, "30s"),
    )
    .addOption(resolverOption())
    .addHelpText("after", EXAMPLES)
    .action(async (file, options) => {
      context.exit(await runUp(file, options, context));
    });
}

async function runUp(
  file: string | undefined,
  options: UpArguments,
  context: CommandContext,
): Promise<number> {
  const source = servicesSource(file);
  const services = await readServices(source.path, context).catch((error: unknown) => {
    // Whoever is told to stop before it began has stopped cleanly.
    if (error === context.signal.reason) return null;
    throw error;
  });
  if (services === null) return EXIT_CODES.pass;
  if (services.length === 0) {
    context.stderr.write(`Nothing to watch: ${source.path} is an empty list.\n`);
    return EXIT_CODES.pass;
  }
  const { stdout, signal } = context;
  const watchlist = new Watchlist(source.project, services);
  // The table and what it draws with load only where somebody sees it.
  using display = stdout.isTerminal
    ? (await import("../display/live-table.ts")).showTable(watchlist, stdout)
    : showLines(source.project, stdout, () => Date.now());
  await watchServices(services, {
    intervalMs: options.interval,
    resolver: options.resolver,
    signal,
    onObservation: (observation) => {
      display.onObservation(observation, watchlist.add(observation));
    },
  });
  return EXIT_CODES.pass;
}
