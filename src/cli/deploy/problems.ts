import { ConfigurationError } from "../../model/diagnostic.ts";
import { EXIT_CODES } from "../../model/report.ts";
import type { CommandContext } from "../command.ts";
import { counted } from "./shown.ts";

/**
 * Runs a command, and tells what people have to mend before it can do anything.
 *
 * @param context - Where to.
 * @param conclusion - What that means, such as `Nothing was changed.`; null where it goes without saying.
 * @param run - The command.
 * @returns Its exit code.
 * @throws Whatever is no wrong configuration.
 */
export async function tellingProblems(
  { stderr }: Pick<CommandContext, "stderr">,
  conclusion: string | null,
  run: () => Promise<number>,
): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const problems = counted(error.diagnostics.length, "problem");
    const end = conclusion === null ? "" : `\n${problems}. ${conclusion}\n`;
    stderr.write(`${error.message}\n${end}`);
    return EXIT_CODES.configuration;
  }
}

/**
 * Makes the error of a command line that says too much or too little.
 *
 * @param message - What was needed and what was got.
 * @param hint - How to mend it.
 * @returns The error.
 */
export function usageError(message: string, hint: string): ConfigurationError {
  const place = { file: "", line: null, column: null, property: null };
  return new ConfigurationError([{ code: "usage-invalid", ...place, message, hint }]);
}
