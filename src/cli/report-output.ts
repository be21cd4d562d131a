import type { ConfigurationError } from "../model/diagnostic.ts";
import { EXIT_CODES, type Report, type ReportFormat } from "../model/report.ts";
import type { CommandContext } from "./command.ts";

/** What a shell reports for a program that an interrupt ended. */
export const INTERRUPTED = 130;

/** How a report gets to whoever reads it. */
export interface ReportOutput {
  readonly format: ReportFormat;
  /** The file that was asked for; standard output when there is none. */
  readonly output?: string | undefined;
  readonly context: CommandContext;
}

/**
 * Writes a report where it should go.
 *
 * @param report - The report.
 * @param to - Its format, and where to.
 * @throws {@link OutputError} When the file cannot be written.
 */
export async function emitReport(
  report: Report,
  { format, output, context: { stdout } }: ReportOutput,
): Promise<void> {
  const isFile = output !== undefined;
  const width = isFile ? null : (stdout.size()?.columns ?? null);
  const text = format.render(report, { color: stdout.hasColor && !isFile, width });
  if (output === undefined) {
    stdout.write(text);
    return;
  }
  const { writeFileWhole } = await import("../app/write-file.ts");
  await writeFileWhole(output, text);
}

/**
 * Tells a wrong configuration: some readers look at nothing but standard output; for all others the problems are told where
 * they always are.
 *
 * @param error - What is wrong.
 * @param to - The format of the report that there is not.
 * @returns The exit code.
 * @throws The error itself, when the format has no place for it.
 */
export function tellProblem(
  error: ConfigurationError,
  { format, context }: Pick<ReportOutput, "format" | "context">,
): number {
  if (format.problem === undefined) throw error;
  context.stdout.write(format.problem(error.message));
  return format.exitCodes?.configuration ?? EXIT_CODES.configuration;
}

/**
 * Tells that a run was interrupted.
 *
 * @param progress - How far it had come, in words.
 * @param context - Where to.
 * @returns The exit code.
 */
export function tellInterrupt(progress: string, { stderr }: CommandContext): number {
  stderr.write(`Interrupted: ${progress}.\n`);
  return INTERRUPTED;
}

/**
 * Tells that the deadline of a run passed.
 *
 * @param progress - How far it had come, in words.
 * @param context - Where to.
 */
export function tellDeadline(progress: string, { stderr }: CommandContext): void {
  stderr.write(`The deadline passed: ${progress}.\n`);
}

/**
 * Says how far a run had come.
 *
 * @param report - A report in which what was cut off is marked.
 * @param what - What was looked at, such as `services`.
 * @param cutOff - The detail of what was cut off.
 * @returns Such as `3 of 5 services were checked`.
 */
export function progressOf({ summary, items }: Report, what: string, cutOff: string): string {
  const missing = items.filter(({ detail }) => detail === cutOff).length;
  return `${String(summary.total - missing)} of ${String(summary.total)} ${what} were checked`;
}
