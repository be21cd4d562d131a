/** Who holds the lock of a project. */
export interface LockHolder {
  readonly pid: number;
  /** When that process was started, in milliseconds since 1970-01-01 UTC. */
  readonly startedAt: number;
  readonly host: string;
  /** Such as `clockwork apply`. */
  readonly command: string;
  /** Since when it holds the lock, in milliseconds since 1970-01-01 UTC. */
  readonly since: number;
}

/** The lock of a project, held. Disposing it frees it. */
export interface HeldLock extends AsyncDisposable {
  /**
   * Makes sure that it is held still: its file was neither removed, nor replaced, nor its lock lost.
   *
   * @throws {@link LockLostError} When it is not: nothing may be written any more.
   */
  readonly verify: () => void;
}

/** The lock of a project: the kernel holds it, so that it frees itself when its holder dies. */
export interface ProjectLock {
  /**
   * Takes it.
   *
   * @param options - How long to wait for it, 0 by default, and what is to be told of us.
   * @throws {@link LockHeldError} When somebody else holds it, and who.
   */
  readonly acquire: (options: {
    readonly command: string;
    readonly timeoutMs?: number;
    readonly signal: AbortSignal;
    /** Called once when it has to be waited for. */
    readonly onWait?: (holder: LockHolder | null) => void;
  }) => Promise<HeldLock>;
  /**
   * Tells who holds it, without disturbing it.
   *
   * @returns Whether it is held, and by whom as far as that is known.
   */
  readonly status: () => Promise<{ readonly isHeld: boolean; readonly holder: LockHolder | null }>;
}
