import { Command, Option, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { checkReport } from "../../app/check-report.ts";
import { networkTransport } from "../../app/check-services.ts";
import { readServices } from "../../app/services/services-file.ts";
import { Deadline } from "../../app/deadline.ts";
import { servicesSource, type ServicesSource } from "../../app/services/services-source.ts";
import { simulatedTransport } from "../../app/simulated-transport.ts";
import { refuseToOverwrite, writeFileWhole } from "../../app/write-file.ts";
import { formats } from "../../catalog/formats.ts";
import { EXIT_CODES, exitCodeOf, type Report, type ReportFormat } from "../../model/report.ts";
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

/** What a shell reports for a program that an interrupt ended. */
const INTERRUPTED = 130;

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
    await emit(rendered(format, report, run), run);
    if (isInterrupted) return interrupted(progressOf(report), context);
    if (deadline.hasPassed()) tellDeadline(progressOf(report), context);
    return exitCodeOf(report.summary, format.exitCodes);
  } catch (error) {
    if (error instanceof ConfigurationError) return tellProblem(error, format, run);
    if (error !== signal.reason) throw error;
    if (context.signal.aborted) return interrupted("nothing was checked", context);
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
    onResult: (result) => {
      progress.add(result);
    },
    ...(concurrency === undefined ? {} : { concurrency }),
  });
}

function rendered(format: ReportFormat, report: Report, { output, context }: Run): string {
  const { stdout } = context;
  const isFile = output !== undefined;
  const width = isFile ? null : (stdout.size()?.columns ?? null);
  return format.render(report, { color: stdout.hasColor && !isFile, width });
}

async function emit(text: string, { output, context }: Run): Promise<void> {
  if (output === undefined) context.stdout.write(text);
  else await writeFileWhole(output, text);
}

// Some readers look at nothing but standard output; for all others the problems are told where they always are.
function tellProblem(error: ConfigurationError, format: ReportFormat, { context }: Run): number {
  if (format.problem === undefined) throw error;
  context.stdout.write(format.problem(error.message));
  return format.exitCodes?.configuration ?? EXIT_CODES.configuration;
}

function interrupted(progress: string, { stderr }: CommandContext): number {
  stderr.write(`Interrupted: ${progress}.\n`);
  return INTERRUPTED;
}

function tellDeadline(progress: string, { stderr }: CommandContext): void {
  stderr.write(`The deadline passed: ${progress}.\n`);
}

function progressOf({ summary, items }: Report): string {
  const cutOff = items.filter(({ detail }) => detail === ABORTED).length;
  return `${String(summary.total - cutOff)} of ${String(summary.total)} services were checked`;
}
