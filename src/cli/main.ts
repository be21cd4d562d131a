import { packageVersion } from "../app/version.ts";
import { outputOf } from "./output.ts";

/**
 * The program: runs what was typed, and sets the exit code. The process ends by itself, once all is written.
 *
 * @param args - The words after the program's name.
 */
export async function main(args: readonly string[]): Promise<void> {
  // What scripts ask most often need not wait for the rest of the program.
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
    process.stdout.write(`${packageVersion()}\n`);
    return;
  }
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort(new Error("interrupted"));
  };
  // Once: who insists is obeyed by the system's own handling.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, stop);
  const { run } = await import("./run.ts");
  process.exitCode = await run(args, {
    stdin: process.stdin,
    stdout: outputOf(process.stdout, process.env, stop),
    stderr: outputOf(process.stderr, process.env, () => undefined),
    signal: controller.signal,
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, stop);
}
