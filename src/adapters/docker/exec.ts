import { abortReason } from "../../model/abort.ts";
import { ObservationError } from "../../model/errors.ts";
import { singleLine } from "../../model/text.ts";
import { quoted } from "../../model/wording.ts";
import type { Clock } from "../../ports/clock.ts";
import type { CommandOutcome } from "../../ports/commands.ts";
import type { EngineClient } from "./engine-client.ts";
import { CommandNotStarted, type InsideOptions } from "./engine.ts";
import { field, isText, isTruth, isWhole, parseRecord, requiredField } from "./fields.ts";
import { demultiplexer } from "./frames.ts";
import { killProcessOf } from "./local-process.ts";
import { outputs, type Outputs } from "./outputs.ts";

/** Which container a command runs in. */
export interface ExecTarget {
  /** The full one. */
  readonly id: string;
  readonly name: string;
}

interface Task {
  readonly target: ExecTarget;
  readonly command: readonly string[];
  readonly signal: AbortSignal;
}

interface Execution {
  /** Null while it runs, or before it does. */
  readonly exitCode: number | null;
  readonly isRunning: boolean;
  /** As the engine counts. */
  readonly pid: number;
}

/** An engine closes the output of a command some moments before it knows how the command ended. */
const POLL_MS = 10;
/** How long an abandoned command is looked for, to kill it. */
const KILL_WITHIN_MS = 2_000;
/** What a runtime writes when it could not start a command; the exit codes are those of a shell. */
const NOT_STARTED_CODES: ReadonlySet<number> = new Set([126, 127]);
const NOT_STARTED =
  /OCI runtime|executable file .*not found|exec failed|(?:runc|crun)[: ].*(?:no such file|permission denied)/iu;

/**
 * Runs commands inside containers of an engine.
 *
 * An engine has no way to end a command. One that is given up is killed where the engine's processes are ours to see and to
 * kill; with an engine in another machine, or without the right, it may run on.
 */
export class ExecRunner implements AsyncDisposable {
  readonly #client: EngineClient;
  readonly #clock: Clock;
  readonly #kills = new Set<Promise<void>>();

  /**
   * Keeps what it needs.
   *
   * @param client - The engine.
   * @param clock - For waiting.
   */
  constructor(client: EngineClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /**
   * Runs a command to its end.
   *
   * @param target - Where.
   * @param command - The program and its arguments.
   * @param options - Limits.
   * @returns How it ended; a command that a signal ended has 128 and the signal's number as its code.
   * @throws {@link ObservationError} When it cannot be started.
   */
  async run(
    target: ExecTarget,
    command: readonly string[],
    options: InsideOptions,
  ): Promise<CommandOutcome> {
    const { signal, limitBytes } = options;
    const task = { target, command, signal };
    const execId = await this.#create(task);
    const printed = outputs(limitBytes);
    try {
      await this.#start(execId, task, printed);
      const exitCode = await this.#exitCode(execId, signal);
      const outcome = printed.outcome(exitCode);
      const said = `${outcome.stdout}${outcome.stderr}`;
      if (NOT_STARTED_CODES.has(exitCode) && NOT_STARTED.test(said)) {
        throw notStarted(task, said);
      }
      return outcome;
    } catch (error) {
      if (signal.aborted) this.#abandon(execId, target);
      throw error;
    }
  }

  /**
   * Waits until what was given up has been killed, 2 s at most.
   *
   * @returns Then.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#kills);
  }

  async #create(task: Task): Promise<string> {
    const { target, command, signal } = task;
    const answer = await this.#client.ask({
      method: "POST",
      path: `/containers/${target.id}/exec`,
      body: { AttachStdout: true, AttachStderr: true, Tty: false, Cmd: command },
      signal,
    });
    if (answer.status !== 201) {
      if (NOT_STARTED.test(answer.body)) throw notStarted(task, answer.body);
      throw this.#client.refusal(answer, `run a command in container ${target.name}`);
    }
    const execId = requiredField(parseRecord(answer.body), "Id", isText);
    if (/^\w{1,128}$/u.test(execId)) return execId;
    throw new ObservationError("the container engine's answer makes no sense: Id is no id");
  }

  async #start(execId: string, task: Task, printed: Outputs): Promise<void> {
    const frames = demultiplexer(printed.push);
    const answer = await this.#client.ask({
      method: "POST",
      path: `/exec/${execId}/start`,
      body: { Detach: false, Tty: false },
      signal: task.signal,
      onChunk: frames.push,
    });
    if (answer.status === 200) frames.end();
    else if (NOT_STARTED.test(answer.body)) throw notStarted(task, answer.body);
    else throw this.#client.refusal(answer, `run a command in container ${task.target.name}`);
  }

  async #exitCode(execId: string, signal: AbortSignal): Promise<number> {
    for (;;) {
      const { isRunning, exitCode } = await this.#look(execId, signal);
      if (!isRunning && exitCode !== null) return exitCode;
      await this.#clock.sleep(POLL_MS, signal);
    }
  }

  async #look(execId: string, signal: AbortSignal): Promise<Execution> {
    const answer = await this.#client.ask({ method: "GET", path: `/exec/${execId}/json`, signal });
    if (answer.status !== 200) throw this.#client.refusal(answer, "look at a command");
    const record = parseRecord(answer.body);
    return {
      exitCode: field(record, "ExitCode", isWhole),
      isRunning: field(record, "Running", isTruth) ?? false,
      pid: field(record, "Pid", isWhole) ?? 0,
    };
  }

  #abandon(execId: string, target: ExecTarget): void {
    const deadline = new AbortController();
    const cancel = this.#clock.after(KILL_WITHIN_MS, () => {
      deadline.abort(new Error("it could not be found in time"));
    });
    const kill = this.#kill(execId, target, deadline.signal)
      .catch(() => undefined)
      .finally(() => {
        cancel();
        this.#kills.delete(kill);
      });
    this.#kills.add(kill);
  }

  // It may be given up before the engine has started it.
  async #kill(execId: string, target: ExecTarget, signal: AbortSignal): Promise<void> {
    for (;;) {
      if (signal.aborted) throw abortReason(signal);
      const { isRunning, exitCode, pid } = await this.#look(execId, signal);
      if (isRunning && pid > 0) {
        killProcessOf(pid, target.id);
        return;
      }
      if (!isRunning && exitCode !== null) return;
      await this.#clock.sleep(POLL_MS, signal);
    }
  }
}

function notStarted({ target, command }: Task, said: string): CommandNotStarted {
  const reason = /executable file .*?not found|no such file or directory|permission denied/iu.exec(
    said,
  )?.[0];
  return new CommandNotStarted(
    `container ${target.name} cannot run ${quoted(command[0] ?? "")}: ${reason ?? singleLine(said).slice(0, 300)}`,
  );
}
