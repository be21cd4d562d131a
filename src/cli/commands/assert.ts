import { Command, Option, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { Deadline } from "../../app/deadline.ts";
import { preloadForChecks } from "../../app/preload.ts";
import { assertPlans, openProject, type AssertOptions } from "../../app/project/open-project.ts";
import { formats } from "../../catalog/formats.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { EXIT_CODES, exitCodeOf, type Report } from "../../model/report.ts";
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
import { projectOption } from "../project-option.ts";
import {
  emitReport,
  INTERRUPTED,
  progressOf,
  tellDeadline,
  tellInterrupt,
  tellProblem,
} from "../report-output.ts";

const DEFAULT_SLEEP_MS = 1_000;

interface AssertArguments {
  readonly project?: string | undefined;
  readonly plan?: string | undefined;
  readonly only?: string | undefined;
  readonly timeout?: number | undefined;
  readonly deadline?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly retryTimeout?: number | undefined;
  readonly sleep: number;
  readonly watch?: true | undefined;
  readonly resolver: "dns" | "system";
  readonly format: FormatName;
  readonly output?: string | undefined;
}

const EXAMPLES = `
Examples:
  clockwork assert                           everything that main.ts declares
  clockwork assert redis nginx-web           two resources of it
  clockwork assert --only port-accessible    one kind of assertion
  clockwork assert --retry-timeout 60s       wait after a deploy until all is well
  clockwork assert --plan .clockwork/plans/assert_redis.json

Exit codes: 0 all well or only warnings, 1 an assertion failed, 3 one could not be carried out, 78 wrong configuration, 130 interrupted.`;

/**
 * `clockwork assert`: carries out what a project declares, once or until it holds, and reports.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function assert(context: CommandContext): CommandUnknownOpts {
  return new Command("assert")
    .summary("carry out the assertions of a project, and report")
    .description("Carries out the assertions of a project, and reports. Changes nothing.")
    .argument("[resources...]", "names of resources; all by default")
    .addOption(projectOption())
    .addOption(
      new Option("--plan <file>", "carry out a compiled check plan instead of a project")
        .argParser(fileOption)
        .conflicts("project"),
    )
    .option("--only <kind>", "one kind of assertion, such as port-accessible")
    .option("--timeout <duration>", "for each check, instead of its own", durationOption)
    .option("--deadline <duration>", "for the whole run", durationOption)
    .option("--retry-timeout <duration>", "look again until all is well, so long", durationOption)
    .addOption(
      new Option("--sleep <duration>", "the wait between two looks")
        .argParser(delayOption)
        .default(DEFAULT_SLEEP_MS, "1s"),
    )
    .option("--watch", "look again and again, and whenever a file of the project changes")
    .option("--concurrency <n>", "checks under way at once", integerOption(1, 10_000))
    .addOption(resolverOption())
    .addOption(formatOption())
    .option("--output <file>", "write the report there instead of to standard output", fileOption)
    .addHelpText("after", EXAMPLES)
    .action(async (resources, options) => {
      context.exit(await runAssert(resources, options, context));
    });
}

async function runAssert(
  resources: readonly string[],
  options: AssertArguments,
  context: CommandContext,
): Promise<number> {
  const format = await formats[options.format]();
  using deadline = new Deadline(options.deadline ?? null);
  const signal = AbortSignal.any([context.signal, deadline.signal]);
  const output = { format, output: options.output, context };
  const run = async (runSignal: AbortSignal): Promise<Assertable> =>
    await assertable({ ...options, resources, signal: runSignal, context });
  try {
    if (options.watch === true) {
      const { watchAssertions } = await import("../assert-watch.ts");
      const last = await watchAssertions(run, { ...output, signal, sleepMs: options.sleep });
      // Who stops it has seen enough; who set a deadline wants to know how it ended.
      const isAsked = last !== null && deadline.hasPassed();
      return isAsked ? exitCodeOf(last.summary, format.exitCodes) : EXIT_CODES.pass;
    }
    const report = await (await run(signal)).assert(signal);
    await emitReport(report, output);
    tellEnd(progressOf(report, "assertions", ABORTED), deadline, context);
    return context.signal.aborted ? INTERRUPTED : exitCodeOf(report.summary, format.exitCodes);
  } catch (error) {
    if (error instanceof ConfigurationError) return tellProblem(error, output);
    if (!signal.aborted) throw error;
    tellEnd("nothing was checked", deadline, context);
    return context.signal.aborted ? INTERRUPTED : EXIT_CODES.error;
  }
}

function tellEnd(progress: string, deadline: Deadline, context: CommandContext): void {
  if (context.signal.aborted) tellInterrupt(progress, context);
  else if (deadline.hasPassed()) tellDeadline(progress, context);
}

/** A project or plan that is loaded, ready to be carried out as often as one likes. */
export interface Assertable {
  /** The absolute paths of what it was loaded from. */
  readonly files: readonly string[];
  readonly assert: (signal: AbortSignal) => Promise<Report>;
}

interface Run extends AssertArguments {
  readonly resources: readonly string[];
  readonly signal: AbortSignal;
  readonly context: CommandContext;
}

async function assertable(run: Run): Promise<Assertable> {
  const { context, plan, project } = run;
  if (plan !== undefined) {
    const { readPlanFile } = await import("../../app/project/plan-file.ts");
    const set = await readPlanFile(plan);
    await refuseToLose([plan], run);
    return {
      files: [],
      assert: (signal) =>
        withProgress(run, set.plans, (options) => assertPlans(set, { ...options, signal })),
    };
  }
  const opening = openProject(project, { signal: run.signal, onOutput: context.stderr.write });
  preloadForChecks();
  const opened = await opening;
  const files = opened.files.map((file) => `${opened.folder}/${file}`);
  await refuseToLose(files, run);
  return {
    files,
    assert: (signal) =>
      withProgress(run, opened.plans, (options) => opened.assert({ ...options, signal })),
  };
}

async function refuseToLose(inputs: readonly string[], { output }: Run): Promise<void> {
  if (output === undefined) return;
  const { refuseToOverwrite } = await import("../../app/write-file.ts");
  for (const input of inputs) refuseToOverwrite(output, input);
}

async function withProgress(
  { resources, only, timeout, concurrency, retryTimeout, sleep, resolver, context }: Run,
  plans: readonly unknown[],
  assertWith: (options: AssertOptions) => Promise<Report>,
): Promise<Report> {
  const total = resources.length === 0 ? plans.length : resources.length;
  using progress = new Progress(context.stderr, total);
  return await assertWith({
    resources,
    resolver,
    onResource: ({ verdict }) => {
      progress.add(verdict === "pass");
    },
    ...(only === undefined ? {} : { only }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(retryTimeout === undefined ? {} : { retry: { timeoutMs: retryTimeout, sleepMs: sleep } }),
  });
}
