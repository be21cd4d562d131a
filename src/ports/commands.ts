/** How a command is run. */
export interface RunOptions {
  /** Ends it, with all processes that it started; the promise then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** How much of each output is kept. */
  readonly limitBytes: number;
  /** The working directory; the project's by default. */
  readonly cwd?: string;
  /** Added to an environment that holds only `PATH`, `HOME`, `LANG` and the like. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads; nothing by default. */
  readonly input?: string;
}

/** How a command ended. */
export interface CommandOutcome {
  /** 0 to 255; null when a signal ended it. */
  readonly exitCode: number | null;
  /** Such as `SIGKILL`; null when it exited by itself. */
  readonly exitSignal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** True when it printed more than what is kept. */
  readonly isTruncated: boolean;
}

/** Programs of this machine. */
export interface Commands {
  /**
   * Runs a program to its end. No shell is involved.
   *
   * @param command - The program, looked up in `PATH` when it has no slash, and its arguments.
   * @param options - Limits, environment, input.
   * @returns How it ended, whatever its exit code.
   * @throws {@link ObservationError} When it cannot be started: not found, not permitted.
   */
  readonly run: (command: readonly string[], options: RunOptions) => Promise<CommandOutcome>;
}
