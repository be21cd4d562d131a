/** One process of this machine. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parentPid: number;
  /** The name that the kernel knows it by: at most 15 bytes of the program's file name. */
  readonly name: string;
  /** The program and its arguments; empty for a thread of the kernel. */
  readonly command: readonly string[];
  readonly userId: number;
  /** True when it has ended and nobody has taken notice. */
  readonly isZombie: boolean;
  /** In milliseconds since 1970-01-01 UTC. */
  readonly startedAt: number;
  readonly memoryBytes: number;
  /** Time on a processor since its start, in milliseconds. */
  readonly cpuMs: number;
}

/** Processes of this machine. */
export interface Processes {
  /**
   * Lists all processes that we may see, but for our own: it names what it looks for. Lists that are due together share one look.
   *
   * @throws {@link ObservationError} When they cannot be listed.
   */
  readonly list: (signal: AbortSignal) => Promise<readonly ProcessInfo[]>;
  /**
   * Tells whether this machine has processes that we may not see. Asked together with a list, it is about that one.
   *
   * @returns Why they are not seen, in words; null when all are.
   * @throws {@link ObservationError} When they cannot be listed.
   */
  readonly hidden: (signal: AbortSignal) => Promise<string | null>;
  /**
   * Reads the environment that a process was started with.
   *
   * @returns Null when the process is gone.
   * @throws {@link ObservationError} When we may not look.
   */
  readonly environment: (
    pid: number,
    signal: AbortSignal,
  ) => Promise<Readonly<Record<string, string>> | null>;
}
