import { Command, Option, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { checkReport } from "../../app/check-report.ts";
import { networkTransport } from "../../app/check-services.ts";
import { readServices } from "../../app/services-file.ts";
import { servicesSource } from "../../app/services-source.ts";
import { simulatedTransport } from "../../app/simulated-transport.ts";
import { writeFileWhole } from "../../app/write-file.ts";
import { formats } from "../../catalog/formats.ts";
import { EXIT_CODES, exitCodeOf, type Report } from "../../model/report.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { ABORTED, type ServiceConfig } from "../../model/service.ts";
import type { CommandContext } from "../command.ts";
import { formatOption, type FormatName } from "../format-option.ts";
import { delayOption, durationOption, integerOption } from "../options.ts";
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
    .addOption(
      new Option("--resolver <name>", "who resolves names")
        .choices(["dns", "system"] as const)
        .default("dns" as const),
    )
    .addOption(formatOption())
    .option("--output <file>", "write the report there instead of to standard output")
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
  const codes = format.exitCodes ?? EXIT_CODES;
  const source = servicesSource(file);
  const services = await readServices(source.path, context).catch((error: unknown) => {
    if (format.problem === undefined || !(error instanceof ConfigurationError)) throw error;
    context.stdout.write(format.problem(error.message));
    return null;
  });
  if (services === null) return codes.configuration;

  const report = await checkWithProgress(services, source.project, { ...options, context });
  if (context.signal.aborted) {
    context.stderr.write(`Interrupted: ${progressOf(report)}.\n`);
    return INTERRUPTED;
  }
  const { stdout } = context;
  const color = stdout.hasColor && options.output === undefined;
  const width = options.output === undefined ? (stdout.size()?.columns ?? null) : null;
  const text = format.render(report, { color, width });
  if (options.output === undefined) stdout.write(text);
  else await writeFileWhole(options.output, text);
  return exitCodeOf(report.summary, codes);
}

async function checkWithProgress(
  configured: readonly ServiceConfig[],
  project: string,
  options: CheckArguments & { readonly context: CommandContext },
): Promise<Report> {
  const { context, timeout, deadline, concurrency, resolver, retries, retryDelay } = options;
  const services =
    timeout === undefined
      ? configured
      : configured.map((service) => ({ ...service, timeout: timeout / 1_000 }));
  const deadlineSignal = deadline === undefined ? null : AbortSignal.timeout(deadline);
  const signals = deadlineSignal === null ? [context.signal] : [context.signal, deadlineSignal];
  using progress = new Progress(context.stderr, services.length);
  await using transport =
    options.simulate === true ? simulatedTransport() : networkTransport({ resolver });
  const report = await checkReport(services, {
    project,
    transport,
    signal: AbortSignal.any(signals),
    retry: { maxAttempts: retries + 1, delay: retryDelay / 1_000 },
    onResult: (result) => {
      progress.add(result);
    },
    ...(concurrency === undefined ? {} : { concurrency }),
  });
  progress.clear();
  if (deadlineSignal?.aborted === true && !context.signal.aborted) {
    context.stderr.write(`The deadline passed: ${progressOf(report)}.\n`);
  }
  return report;
}

function progressOf({ summary, items }: Report): string {
  const cutOff = items.filter(({ detail }) => detail === ABORTED).length;
  return `${String(summary.total - cutOff)} of ${String(summary.total)} services were checked`;
}
