import { spawn, type ChildProcess } from "node:child_process";
import { Duplex } from "node:stream";
import { BoundedOutput } from "../../adapters/system/bounded-output.ts";
import { systemClock } from "../../adapters/system/clock.ts";
import { ProcessGroup } from "../../adapters/system/process-group.ts";
import { abortReason } from "../../model/abort.ts";
import type { CommandResult } from "../../model/check-function.ts";
import { ObservationError } from "../../model/errors.ts";
import type { FunctionOutcome } from "../../model/function-outcome.ts";
import type { Target } from "../../model/target.ts";
import type { FunctionOptions } from "../../ports/functions.ts";
import { endsWithUs } from "../project/ends-with-us.ts";
import { packageEntry } from "../project/package-entry.ts";
import { descendantsOf } from "./descendants.ts";
import {
  CHANNEL_DESCRIPTOR,
  messageReader,
  readFunctionMessage,
  type CommandMessage,
  type FunctionMessage,
  type FunctionTask,
} from "./function-messages.ts";
import { watchMemory } from "./memory-watch.ts";

/** Runs a command for a function: in the container of a resource, otherwise on this machine. */
export type RunCommand = (
  target: Target,
  command: readonly string[],
  signal: AbortSignal,
) => Promise<CommandResult>;

/** One function, and what it takes to run it. */
export interface FunctionRun {
  readonly task: FunctionTask;
  readonly options: Pick<FunctionOptions, "memoryMb" | "signal">;
  readonly runCommand: RunCommand;
}

type Answer = Exclude<FunctionMessage, { readonly state: "run" }>;

/** What a function printed is kept up to this. */
const LIMIT_OUTPUT_BYTES = 64 * 1024;
/** Node says last why it gave up. */
const LIMIT_END_CHARACTERS = 8 * 1024;
/** How long output is waited for once the process has ended: only one that left its group can still hold a pipe. */
const DRAIN_MS = 250;
const LIMIT_COMMANDS = 16;
/** With this, Node ends when a promise that it waits for can never be settled. */
const UNSETTLED_AWAIT = 13;
/** What Node itself prints in the end. */
const NOT_OF_THE_FUNCTION =
  /\s*(?:<--- Last few GCs --->|Warning: Detected unsettled top-level await)[^]*$/u;
const OUT_OF_MEMORY = /heap out of memory|Allocation failed/u;

/**
 * Runs one function in a process of its own, which is killed with all that it started when the answer is there, when the time
 * is over, and when somebody aborts. On Linux that takes in what has left its group, such as what was started `detached`, as
 * long as its parent lives then; one whose parent has ended, or a function that ends its own process, leaves it behind.
 *
 * @param run - The function, and what it takes.
 * @returns What became of it.
 * @throws {@link ObservationError} When it cannot be judged.
 * @throws The reason of the signal.
 */
export async function runFunction(run: FunctionRun): Promise<FunctionOutcome> {
  const { signal } = run.options;
  if (signal.aborted) throw abortReason(signal);
  using child = new FunctionChild(run);
  return await child.outcome();
}

class FunctionChild implements Disposable {
  readonly #run: FunctionRun;
  readonly #child: ChildProcess;
  readonly #group: ProcessGroup;
  readonly #output = new BoundedOutput(LIMIT_OUTPUT_BYTES);
  readonly #commands = new AbortController();
  #printedLast = "";
  #commandCount = 0;
  #answer: Answer | null = null;
  #end: "memory" | "timeout" | null = null;

  constructor(run: FunctionRun) {
    this.#run = run;
    this.#child = start(run);
    this.#group = new ProcessGroup(this.#child.pid ?? 0);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#keep(chunk);
      });
    }
    this.#listen(run.task);
  }

  async outcome(): Promise<FunctionOutcome> {
    const { task, options } = this.#run;
    const { pid } = this.#child;
    if (pid === undefined) throw await startProblem(this.#child);
    const stopWatch = watchMemory(pid, options.memoryMb, () => {
      this.#stop("memory");
    });
    const stopTimer = systemClock.after(task.timeoutMs, () => {
      this.#stop("timeout");
    });
    try {
      await this.#ended(options.signal);
    } finally {
      stopTimer();
      stopWatch();
    }
    const output = this.#output.text().replace(NOT_OF_THE_FUNCTION, "");
    return this.#answered() ?? { ...this.#ending(), output };
  }

  [Symbol.dispose](): void {
    this.#commands.abort();
    this.#kill();
    this.#group.release();
    for (const stream of this.#child.stdio) stream?.destroy();
  }

  #stop(end: "memory" | "timeout"): void {
    if (this.#answer === null) this.#end ??= end;
    this.#kill();
  }

  // What has left the group is found only while its parent lives, which is why a function's process does not end by itself.
  #kill(): void {
    if (hasEnded(this.#child)) return;
    const descendants = descendantsOf(this.#child.pid ?? 0);
    this.#group.kill();
    for (const pid of descendants) killOne(pid);
  }

  #keep(chunk: Buffer): void {
    this.#output.add(chunk);
    this.#printedLast = (this.#printedLast + chunk.toString("latin1")).slice(-LIMIT_END_CHARACTERS);
  }

  #listen(task: FunctionTask): void {
    const channel = channelOf(this.#child);
    const read = messageReader((message) => {
      this.#hear(readFunctionMessage(message));
    });
    channel?.setEncoding("utf8").on("data", (piece: string) => {
      if (!read(piece)) this.#kill();
    });
    // One that has ended reads nothing any more.
    channel?.on("error", () => undefined);
    channel?.write(`${JSON.stringify(task)}\n`);
  }

  #hear(message: FunctionMessage | null): void {
    if (message === null || this.#answer !== null) return;
    if (message.state === "run") void this.#command(message);
    else {
      this.#answer = message;
      this.#kill();
    }
  }

  async #command({
    id,
    target,
    command,
  }: Extract<FunctionMessage, { readonly state: "run" }>): Promise<void> {
    const reply = (message: CommandMessage): void => {
      channelOf(this.#child)?.write(`${JSON.stringify(message)}\n`);
    };
    const place = this.#run.task.targets[target];
    this.#commandCount += 1;
    try {
      if (place === undefined || this.#commandCount > LIMIT_COMMANDS) {
        throw new ObservationError(
          `a function runs at most ${String(LIMIT_COMMANDS)} commands at once`,
        );
      }
      reply({ id, result: await this.#run.runCommand(place, command, this.#commands.signal) });
    } catch (error) {
      reply({ id, failure: error instanceof Error ? error.message : String(error) });
    } finally {
      this.#commandCount -= 1;
    }
  }

  // Settles when the process has ended and all that it printed has been read.
  #ended(signal: AbortSignal): Promise<void> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      let drain: NodeJS.Timeout | undefined;
      const onAbort = (): void => {
        clearTimeout(drain);
        reject(abortReason(signal));
      };
      child.once("exit", () => {
        // What it started is in its group as well.
        this.#group.kill();
        this.#group.release();
        drain = setTimeout(() => setImmediate(finish), DRAIN_MS);
      });
      const finish = (): void => {
        clearTimeout(drain);
        signal.removeEventListener("abort", onAbort);
        resolve();
      };
      child.once("close", finish);
      signal.addEventListener("abort", onAbort, { once: true });
      // The signal may have been given while it was started.
      if (signal.aborted) onAbort();
    });
  }

  #answered(): FunctionOutcome | null {
    const answer = this.#answer;
    if (answer === null) return null;
    if (answer.state === "unobserved") throw new ObservationError(answer.message);
    const output = this.#output.text();
    return answer.state === "returned"
      ? { end: "returned", value: answer.value, output }
      : { end: "threw", message: answer.message, stack: answer.stack, output };
  }

  #ending(): Omit<Extract<FunctionOutcome, { readonly end: "killed" }>, "output"> {
    const { exitCode, signalCode } = this.#child;
    const { task, options } = this.#run;
    const killed = { end: "killed" } as const;
    if (this.#end === "timeout") {
      const message = `no answer within ${String(task.timeoutMs / 1_000)} s`;
      return { ...killed, reason: "timeout", message };
    }
    if (this.#end === "memory" || (exitCode !== 0 && OUT_OF_MEMORY.test(this.#printedLast))) {
      const message = `used more than ${String(options.memoryMb)} MiB of memory`;
      return { ...killed, reason: "memory", message };
    }
    if (exitCode === null) {
      return { ...killed, reason: "crash", message: `ended by ${String(signalCode)}` };
    }
    const message =
      exitCode === UNSETTLED_AWAIT
        ? "waits for something that can never come"
        : `ended its process with exit code ${String(exitCode)}`;
    return { ...killed, reason: "exit", message };
  }
}

function start({ task, options }: FunctionRun): ChildProcess {
  const { file, args } = endsWithUs([
    `--max-old-space-size=${String(options.memoryMb)}`,
    "--disable-warning=ExperimentalWarning",
    packageEntry("app/functions/function-process"),
  ]);
  // A group of its own, so that whatever the function starts goes with it; nothing of our environment.
  return spawn(file, args, {
    cwd: task.root,
    env: {},
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
}

function startProblem(child: ChildProcess): Promise<Error> {
  return new Promise((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code ?? error.message;
      resolve(new ObservationError(`no process for the function can be started: ${reason}`));
    });
  });
}

function killOne(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was in the group, has ended by itself, or is not ours to end.
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function channelOf(child: ChildProcess): Duplex | null {
  const stream = child.stdio[CHANNEL_DESCRIPTOR];
  return stream instanceof Duplex ? stream : null;
}
