import { packageVersion } from "../app/version.ts";
import { outputOf } from "./output.ts";

/** As in `EXIT_CODES`, with which the whole model would be loaded: who asks for the version need not wait for that. */
const CANNOT_COMPLETE = 3;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * The program: runs what was typed, and sets the exit code. The process ends by itself, once all is written.
 *
 * @param args - The words after the program's name.
 */
export async function main(args: readonly string[]): Promise<void> {
  const controller = new AbortController();
  const output: { error: Error | null } = { error: null };
  const stdout = outputOf(process.stdout, process.env, (error) => {
    controller.abort(new Error("nobody reads the output any more"));
    if (error === null) return;
    output.error = error;
    process.exitCode = CANNOT_COMPLETE;
    process.stderr.write(`the output could not be written: ${error.message} (output-failed)\n`);
  });
  // Who does not listen to what went wrong still gets the exit code.
  const stderr = outputOf(process.stderr, process.env, () => undefined);

  // What scripts ask most often need not wait for the rest of the program.
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
    stdout.write(`${packageVersion()}\n`);
    return;
  }
  const stop = (signal: NodeJS.Signals): void => {
    // A command that goes on for long may take it for another word: load everything anew.
    if (signal === "SIGHUP" && process.listenerCount(signal) > 1) return;
    // Who insists is obeyed at once.
    if (controller.signal.aborted) endBy(signal, stop);
    controller.abort(new Error("interrupted"));
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  const { run } = await import("./run.ts");
  const code = await run(args, { stdin: process.stdin, stdout, stderr, signal: controller.signal });
  process.exitCode = output.error === null ? code : CANNOT_COMPLETE;
  for (const signal of SIGNALS) process.off(signal, stop);
}

function endBy(signal: NodeJS.Signals, stop: (signal: NodeJS.Signals) => void): void {
  process.off(signal, stop);
  process.kill(process.pid, signal);
}
