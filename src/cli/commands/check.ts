import { Command, Option, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { checkReport } from "../../app/check-report.ts";
import { networkTransport } from "../../app/check-services.ts";
import { readServices } from "../../app/services/services-file.ts";
import { Deadline } from "../../app/deadline.ts";
import { servicesSource, type ServicesSource } from "../../app/services/services-source.ts";
import { simulatedTransport } from "../../app/simulated-transport.ts";
import { refuseToOverwrite } from "../../app/write-file.ts";
import { formats } from "../../catalog/formats.ts";
import { EXIT_CODES, exitCodeOf, type Report } from "../../model/report.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { ABORTED } from "../../model/service.ts";
import type { CommandContext } from "../command.ts";
import { formatOption, type FormatName } from "../format-option.ts";
import {
  delayOption,
  durationOption,
  fileOption,
  integerOption,
  resolverOption,
} from "../options.ts";
import { Progress } from "../progress.ts";
import {
  emitReport,
  progressOf,
  tellDeadline,
  tellInterrupt,
  tellProblem,
} from "../report-output.ts";

interface CheckArguments {
  readonly retries: number;
  readonly retryDelay: number;
  readonly timeout?: number | undefined;
  readonly deadline?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly resolver: "dns" | "system";
  readonly format: FormatName;
  readonly output?: string | undefined;
  readonly simulate?: true | undefined;
}

const EXAMPLES = `
Examples:
  clockwork check                            the services.json of this folder
  clockwork check shop.json --retries 2      try twice more when no answer comes
  clockwork check --format junit --output report.xml
  curl -s https://config.example/services.json | clockwork check -

Exit codes: 0 all well, 1 a service failed, 3 a check could not be carried out, 78 wrong configuration, 130 interrupted.`;

/**
 * `clockwork check`: asks every service of a file once, all at the same time, and reports.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function check(context: CommandContext): CommandUnknownOpts {
  return new Command("check")
    .summary("check the services of a file, all at once, and report")
    .description(
      "Checks the services of a file, all at once, and reports. Writes nothing to the project.",
    )
    .argument("[file]", "a services file, a folder with a services.json, or - for standard input")
    .option("--retries <n>", "more attempts when no answer comes", integerOption(0, 100), 0)
    .addOption(
      new Option("--retry-delay <duration>", "the wait between two attempts")
        .argParser(delayOption)
        .default(500, "500ms"),
    )
    .option("--timeout <duration>", "for each check, instead of the file's own", durationOption)
    .option("--deadline <duration>", "for the whole run", durationOption)
    .option("--concurrency <n>", "checks under way at once", integerOption(1, 1_000_000))
    .addOption(resolverOption())
    .addOption(formatOption())
    .option("--output <file>", "write the report there instead of to standard output", fileOption)
    .option("--simulate", "use no network: a word in its URL tells what a service answers")
    .addHelpText("after", EXAMPLES)
    .action(async (file, options) => {
      context.exit(await runCheck(file, options, context));
    });
}

async function runCheck(
  file: string | undefined,
  options: CheckArguments,
  context: CommandContext,
): Promise<number> {
  const format = await formats[options.format]();
  using deadline = new Deadline(options.deadline ?? null);
  const signal = AbortSignal.any([context.signal, deadline.signal]);
  const run: Run = { ...options, signal, source: servicesSource(file), context };
  try {
    const report = await checkWithProgress(run);
    const isInterrupted = context.signal.aborted;
    await emitReport(report, { ...run, format });
    const progress = progressOf(report, "services", ABORTED);
    if (isInterrupted) return tellInterrupt(progress, context);
    if (deadline.hasPassed()) tellDeadline(progress, context);
    return exitCodeOf(report.summary, format.exitCodes);
  } catch (error) {
    if (error instanceof ConfigurationError) return tellProblem(error, { format, context });
    if (error !== signal.reason) throw error;
    if (context.signal.aborted) return tellInterrupt("nothing was checked", context);
    tellDeadline("nothing was checked", context);
    return EXIT_CODES.error;
  }
}

interface Run extends CheckArguments {
  readonly signal: AbortSignal;
  readonly source: ServicesSource;
  readonly context: CommandContext;
}

async function checkWithProgress(run: Run): Promise<Report> {
  const { context, source, signal, timeout, concurrency, resolver, retries, retryDelay } = run;
  const configured = await readServices(source.path, { stdin: context.stdin, signal });
  if (run.output !== undefined) refuseToOverwrite(run.output, source.path);
  const services =
    timeout === undefined
      ? configured
      : configured.map((service) => ({ ...service, timeout: timeout / 1_000 }));
  using progress = new Progress(context.stderr, services.length);
  await using transport =
    run.simulate === true ? simulatedTransport() : networkTransport({ resolver });
  return await checkReport(services, {
    project: source.project,
    transport,
    signal,
    retry: { maxAttempts: retries + 1, delay: retryDelay / 1_000 },
    onResult: ({ isHealthy }) => {
      progress.add(isHealthy);
    },
    ...(concurrency === undefined ? {} : { concurrency }),
  });
}
