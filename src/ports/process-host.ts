import type { Marks } from "../model/marks.ts";

/** How a process is started. */
export interface StartOptions {
  /** The program, looked up in `PATH` when it has no slash, and its arguments. */
  readonly command: readonly string[];
  /** The working directory, absolute. */
  readonly cwd: string;
  /** Added to an environment that holds only `PATH`, `HOME`, `LANG` and the like. */
  readonly env: Readonly<Record<string, string>>;
  /** Whose it is: in its environment from its first moment. */
  readonly marks: Marks;
  /** How it was declared, as text without secrets: in its environment as well. At most 64 KiB. */
  readonly declaration: string;
  /** Where both its outputs go, absolute; missing folders are made. */
  readonly logFile: string;
}

/** A process that carries marks. */
export interface HostedProcess {
  readonly pid: number;
  /** When it was started, in the kernel's own ticks since this machine was booted: with the pid, it names one process for ever. */
  readonly startTicks: number;
  readonly marks: Marks;
  /** As it was declared when it was started; null when it does not say. */
  readonly declaration: string | null;
  /** True for the one that was started; false for what that has started in turn. */
  readonly isLeader: boolean;
  readonly environment: Readonly<Record<string, string>>;
}

/** How a process that we started has ended. */
export interface ProcessEnd {
  /** 0 to 255; null when a signal ended it. */
  readonly exitCode: number | null;
  /** Such as `SIGKILL`; null when it exited by itself. */
  readonly exitSignal: string | null;
}

/** Processes of this machine that we start, and that outlive us. */
export interface ProcessHost {
  /**
   * Starts a process in a session of its own, reading nothing, both outputs appended to its log file.
   *
   * @returns Its pid, and when it was started.
   * @throws {@link DeployError} When it cannot be started: not found, not permitted.
   */
  readonly start: (options: StartOptions) => Promise<Pick<HostedProcess, "pid" | "startTicks">>;
  /**
   * Finds the living processes that carry the marks of a project. Looks of one moment share one.
   *
   * @throws {@link ObservationError} When they cannot be listed.
   */
  readonly find: (project: string, signal: AbortSignal) => Promise<readonly HostedProcess[]>;
  /**
   * Ends processes, and what they have started: tells their groups, waits, and kills what is left.
   *
   * @param options - With which signal they are told, and how long they may take.
   */
  readonly stop: (
    processes: readonly HostedProcess[],
    options: {
      readonly stopSignal: string;
      readonly graceMs: number;
      readonly signal: AbortSignal;
    },
  ) => Promise<void>;
  /**
   * Tells how a process ended that this very Clockwork started: only a parent learns that.
   *
   * @returns Null when it has not ended, or nobody knows.
   */
  readonly endOf: (marks: Marks) => ProcessEnd | null;
  /**
   * Rotates a log file that has become too large: copies it and cuts it to nothing, as whoever writes to it goes on.
   *
   * @param options - The most it may hold, and how many older ones stay: `x.log.1` is the newest.
   */
  readonly rotate: (
    logFile: string,
    options: { readonly maxBytes: number; readonly keep: number },
  ) => Promise<void>;
  /**
   * Reads the end of a log file.
   *
   * @returns Lines, the oldest first; none when there is no such file.
   */
  readonly tail: (logFile: string, lines: number) => Promise<readonly string[]>;
}
