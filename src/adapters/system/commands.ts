import { spawn, type ChildProcessWithoutNullStreams as Child } from "node:child_process";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { abortReason } from "../../model/abort.ts";
import { ObservationError } from "../../model/errors.ts";
import type { CommandOutcome, Commands, RunOptions } from "../../ports/commands.ts";
import { BoundedOutput } from "./bounded-output.ts";
import { ProcessGroup } from "./process-group.ts";
import { startFailure } from "./start-failure.ts";

/** All that a command sees of our environment: no secret of ours is passed on by accident. */
/** Variables that every program gets. */
export const PASSED_ON = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER"];

/**
 * How long output is waited for once the command has ended. Its group has been killed by then, so that only a process that
 * left the group can still hold a pipe; and what is in a pipe is read at once.
 */
const DRAIN_MS = 250;

/**
 * The programs of this machine.
 *
 * A command runs in a process group of its own, and the whole group is killed when its time is over, and also when the command
 * itself has ended: a check leaves nothing running, and does not wait for what it left behind. A daemon that makes itself
 * independent (`setsid`) lives on.
 *
 * @param options - The working directory of a command that asks for none; a relative one is relative to it.
 * @returns Commands.
 */
export function systemCommands(options: { readonly cwd: string }): Commands {
  return {
    run: (command, run) => runIn(resolve(options.cwd, run.cwd ?? "."), command, run),
  };
}

async function runIn(
  cwd: string,
  command: readonly string[],
  options: RunOptions,
): Promise<CommandOutcome> {
  if (options.signal.aborted) throw abortReason(options.signal);
  const [program = "", ...args] = command;
  const env = environmentOf(options);
  refuseNulls([...command, ...Object.entries(env).flat()]);
  if (program === "") throw new ObservationError("cannot run a command: it names no program");
  const child = await start([program, ...args], { cwd, env });
  return await outcomeOf(child, options);
}

async function start(
  [program, ...args]: readonly [string, ...string[]],
  place: { readonly cwd: string; readonly env: Record<string, string> },
): Promise<Child> {
  try {
    // A process group of its own, which can be killed as a whole.
    const child = spawn(program, args, { ...place, detached: true, stdio: "pipe" });
    // One that could not be started has no id.
    if (child.pid === undefined) await firstError(child);
    return child;
  } catch (error) {
    throw await startFailure(program, place.cwd, error);
  }
}

function firstError(child: Child): Promise<never> {
  return new Promise((_resolve, reject) => child.once("error", reject));
}

function environmentOf(options: RunOptions): Record<string, string> {
  const ours = PASSED_ON.flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(ours), ...options.env };
}

// Node would refuse them too, with a message that shows the value, which may be a secret.
function refuseNulls(texts: readonly string[]): void {
  if (texts.some((text) => text.includes("\0"))) {
    throw new ObservationError(
      "cannot run a command: an argument or variable holds a null character",
    );
  }
}

function outcomeOf(child: Child, options: RunOptions): Promise<CommandOutcome> {
  const { signal, limitBytes } = options;
  const group = new ProcessGroup(child.pid ?? 0);
  const stdout = collect(child.stdout, limitBytes);
  const stderr = collect(child.stderr, limitBytes);
  // Whoever reads no input may well end before it is written.
  child.stdin.on("error", () => undefined).end(options.input);
  return new Promise((resolveOutcome, reject) => {
    let drain: NodeJS.Timeout | undefined;
    const letGo = (): void => {
      signal.removeEventListener("abort", onAbort);
      clearTimeout(drain);
      for (const pipe of child.stdio) pipe?.destroy();
    };
    const finish = (): void => {
      letGo();
      resolveOutcome({
        exitCode: child.exitCode,
        exitSignal: child.signalCode,
        stdout: stdout.text(),
        stderr: stderr.text(),
        isTruncated: stdout.isTruncated || stderr.isTruncated,
      });
    };
    const onAbort = (): void => {
      if (child.exitCode === null && child.signalCode === null) group.kill();
      letGo();
      reject(abortReason(signal));
    };
    child.once("exit", () => {
      group.kill();
      group.release();
      // Where the loop was held up, a timer comes before what has been printed meanwhile; the next turn comes after it.
      if (!signal.aborted) drain = setTimeout(() => setImmediate(finish), DRAIN_MS);
    });
    child.once("close", finish);
    signal.addEventListener("abort", onAbort, { once: true });
    // The signal may have been given while it was started.
    if (signal.aborted) onAbort();
  });
}

function collect(stream: Readable, limitBytes: number): BoundedOutput {
  const output = new BoundedOutput(limitBytes);
  stream.on("data", (chunk: Buffer) => {
    output.add(chunk);
  });
  stream.on("error", () => undefined);
  return output;
}
