import { Command, CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { packageVersion } from "../app/version.ts";
import type { Code } from "../model/codes.ts";
import { DeployError } from "../model/deploy-errors.ts";
import { ConfigurationError } from "../model/diagnostic.ts";
import { EXIT_CODES } from "../model/report.ts";
import { ObservationError, OutputError } from "../model/errors.ts";
import { printable } from "../model/text.ts";
import type { CommandContext, CommandFactory, Output } from "./command.ts";
import { commands } from "./commands.ts";

/** What a wrong command line is called. */
const USAGE: Code = "usage-invalid";

const DESCRIPTION = `Health as code: declare what must be true of your services, and know.`;

/**
 * Runs what a person typed.
 *
 * @param args - The words after the program's name.
 * @param context - Streams, and when to stop.
 * @returns The exit code.
 */
export async function run(
  args: readonly string[],
  context: Omit<CommandContext, "exit">,
): Promise<number> {
  let code = EXIT_CODES.pass;
  const program = programOf(context);
  const exit = (chosen: number): void => {
    code = chosen;
  };
  try {
    for (const factory of await factoriesFor(args[0])) {
      program.addCommand(inherit(factory({ ...context, exit }), context));
    }
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    return exitCodeFor(error, context);
  }
}

// The command that was named is all that has to be loaded; an overview, or a name that does not exist, needs them all.
async function factoriesFor(name: string | undefined): Promise<readonly CommandFactory[]> {
  const named = Object.entries(commands).filter(([known]) => known === name);
  const wanted = named.length > 0 ? named : Object.entries(commands);
  return await Promise.all(wanted.map(([, load]) => load()));
}

function programOf(context: Omit<CommandContext, "exit">): Command {
  const program = new Command("clockwork")
    .description(DESCRIPTION)
    .version(packageVersion(), "-V, --version")
    .helpCommand("help [command]", "show the help of a command")
    .showHelpAfterError("Run with --help to see what there is.");
  inherit(program, context);
  return program;
}

function inherit<C extends CommandUnknownOpts>(
  command: C,
  { stdout, stderr }: Pick<CommandContext, "stdout" | "stderr">,
): C {
  command
    .exitOverride()
    .showHelpAfterError("Run with --help to see what there is.")
    .configureOutput({
      outputError: (text, write) => {
        write(text.replace(/\n?$/u, ` (${USAGE})\n`));
      },
      writeOut: stdout.write,
      writeErr: stderr.write,
      getOutHasColors: () => stdout.hasColor,
      getErrHasColors: () => stderr.hasColor,
      getOutHelpWidth: () => stdout.size()?.columns ?? 100,
      getErrHelpWidth: () => stderr.size()?.columns ?? 100,
    });
  refuseRepetition(command);
  for (const inner of command.commands) inherit(inner, { stdout, stderr });
  return command;
}

// Of two values of one option, commander silently drops the first.
function refuseRepetition(command: CommandUnknownOpts): void {
  // One that takes several keeps them all.
  for (const option of command.options.filter(({ variadic }) => !variadic)) {
    let count = 0;
    command.on(`option:${option.name()}`, () => {
      count += 1;
      if (count > 1) command.error(`error: option '${option.flags}' was given twice`);
    });
  }
}

function exitCodeFor(error: unknown, { stderr }: Pick<CommandContext, "stderr">): number {
  // Commander has said what is wrong already; help that was asked for is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.configuration;
  if (error instanceof ConfigurationError) {
    const count = error.diagnostics.length;
    const problems = count === 1 ? "1 problem" : `${String(count)} problems`;
    stderr.write(`${error.message}\n\n${problems}; nothing was checked.\n`);
    return EXIT_CODES.configuration;
  }
  if (error instanceof OutputError) {
    stderr.write(`${error.message} (${error.code})\n`);
    return EXIT_CODES.error;
  }
  if (error instanceof DeployError || error instanceof ObservationError) {
    return tellFailure(error, stderr);
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(`clockwork met a bug in itself: ${detail}\n`);
  return EXIT_CODES.error;
}

// The world, or somebody else, kept us from it.
function tellFailure(error: DeployError | ObservationError, stderr: Output): number {
  const hint = error instanceof DeployError ? error.hint : null;
  const end = hint === null ? "" : `  hint: ${printable(hint)}\n`;
  stderr.write(`${printable(error.message)} (${error.code})\n${end}`);
  return EXIT_CODES.error;
}
