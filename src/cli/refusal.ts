import { ConfigurationError } from "../model/diagnostic.ts";
import { OutputError } from "../model/errors.ts";
import { EXIT_CODES } from "../model/report.ts";
import type { CommandContext } from "./command.ts";

/**
 * Tells why a command that writes files has written none.
 *
 * @param error - What was thrown.
 * @param context - Where to.
 * @returns The exit code.
 * @throws The error itself, when it is none that people can do something about.
 */
export function tellRefusal(error: unknown, { stderr }: Pick<CommandContext, "stderr">): number {
  if (error instanceof ConfigurationError) {
    stderr.write(`${error.message}\n\nNothing was written.\n`);
    return EXIT_CODES.configuration;
  }
  if (!(error instanceof OutputError)) throw error;
  const { path, cause, code } = error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  stderr.write(`${path} could not be written: ${reason} (${code})\n\nNothing was written.\n`);
  return EXIT_CODES.error;
}
