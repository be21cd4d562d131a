import type { Marks } from "../model/marks.ts";

/** What names one process for ever, whoever has its pid later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, in the kernel's own ticks since this machine was booted. */
  readonly startTicks: number;
  /** Which boot that was. */
  readonly bootId: string;
}

/** How a process is started. */
export interface StartOptions {
  /** The program, looked up in `PATH` when it has no slash, and its arguments. */
  readonly command: readonly string[];
  /** The working directory, absolute. */
  readonly cwd: string;
  /** Added to an environment that holds only `PATH`, `HOME`, `LANG` and the like. */
  readonly env: Readonly<Record<string, string>>;
  /** Whose it is: in its environment from its first moment, and noted in the project's folder. */
  readonly marks: Marks;
  /** The folder of the project, absolute. */
  readonly root: string;
  /** How it was declared, as text without secrets: in its environment as well. At most 64 KiB. */
  readonly declaration: string;
  /** Where both its outputs go, absolute; missing folders are made. */
  readonly logFile: string;
}

/** A process that carries marks. */
export interface HostedProcess extends ProcessIdentity {
  readonly marks: Marks;
  /** The folder of the project that it was started for; null when it does not say. */
  readonly root: string | null;
  /** As it was declared when it was started; null when it does not say. */
  readonly declaration: string | null;
  /** True for the one that was started; false for what that has started in turn. */
  readonly isLeader: boolean;
  /** What it was started with, secrets included; null when it has written over it, as many that set their own title do. */
  readonly environment: Readonly<Record<string, string>> | null;
}

/** Whose process is meant. */
export interface ProcessOwner {
  /** The folder of the project, absolute. */
  readonly root: string;
  readonly marks: Marks;
  /** The one that is recorded, which may carry no marks any more; null when none is. */
  readonly recorded: ProcessIdentity | null;
}

/** What is known of a process that was started. */
export interface KnownProcess {
  /** True when it is noted which one was started: another one that leads its group is none of ours to take for it. */
  readonly isNoted: boolean;
  /** Null when it has ended, carries the marks of something else, or nobody knows which one it was. */
  readonly living: HostedProcess | null;
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
   * @returns Which process it is.
   * @throws {@link DeployError} When it cannot be started: not found, not permitted.
   */
  readonly start: (options: StartOptions) => Promise<ProcessIdentity>;
  /**
   * Finds the living processes that carry marks, of whatever project, but for our own, and those that are noted in a project's
   * folder and have written over theirs. Looks of one moment share one.
   *
   * @param root - The folder of the project, absolute.
   * @throws {@link ObservationError} When they cannot be listed.
   */
  readonly find: (root: string, signal: AbortSignal) => Promise<readonly HostedProcess[]>;
  /**
   * Finds a process that was started by what is noted or recorded of it: it may have written over its marks.
   *
   * @returns What is known of it.
   * @throws {@link ObservationError} When it lives, and may not be looked at.
   */
  readonly known: (owner: ProcessOwner) => Promise<KnownProcess>;
  /**
   * Forgets what is noted of a process.
   *
   * @throws {@link DeployError} When that is not possible.
   */
  readonly forget: (owner: Pick<ProcessOwner, "root" | "marks">) => Promise<void>;
  /**
   * Ends processes, and whatever else carries their marks: tells their groups, waits, and kills what is left.
   *
   * @param processes - Which.
   * @param options - With which signal they are told, and how long they may take.
   * @throws {@link DeployError} When some do not end, or may not be ended by us.
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
   * Sends a signal to a process, whoever started it.
   *
   * @param pid - Neither 1 or less nor our own.
   * @param signalName - Such as `SIGHUP`.
   * @throws {@link DeployError} When there is no such process, or it may not be told anything by us.
   */
  readonly sendSignal: (pid: number, signalName: string) => Promise<void>;
  /**
   * Tells how a process ended that this very Clockwork started: only a parent learns that.
   *
   * @returns Null when it has not ended, or nobody knows.
   */
  readonly endOf: (owner: Pick<ProcessOwner, "root" | "marks">) => ProcessEnd | null;
  /**
   * Rotates a log file that has become too large: copies it and cuts it to nothing, as whoever writes to it goes on.
   *
   * @param logFile - Absolute; one that is not there is none.
   * @param options - The most it may hold, and how many older ones stay: `x.log.1` is the newest.
   * @throws {@link DeployError} When that is not possible.
   */
  readonly rotate: (
    logFile: string,
    options: { readonly maxBytes: number; readonly keep: number },
  ) => Promise<void>;
  /**
   * Reads the end of a log file.
   *
   * @returns Lines, the oldest first; none when there is no such file.
   * @throws {@link ObservationError} When it cannot be read.
   */
  readonly tail: (logFile: string, lines: number) => Promise<readonly string[]>;
}
