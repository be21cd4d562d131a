/** Memory of this machine, in bytes. */
export interface MemoryState {
  readonly totalBytes: number;
  /** What a new program could have without swapping. */
  readonly availableBytes: number;
}

/** A port that somebody listens on. */
export interface ListeningPort {
  readonly protocol: "tcp" | "udp";
  /** An IPv4 or IPv6 literal; `0.0.0.0` and `::` mean every address. */
  readonly address: string;
  readonly port: number;
}

/** This machine. */
export interface Machine {
  readonly processorCount: () => number;
  /** Load averages over 1, 5 and 15 minutes. */
  readonly load: () => Promise<readonly [number, number, number]>;
  readonly memory: () => Promise<MemoryState>;
  /**
   * Measures how busy the processors are, over a while.
   *
   * @returns Share of all processors' time that was not idle: 0 to 100.
   */
  readonly cpuPercent: (sampleMs: number, signal: AbortSignal) => Promise<number>;
  /**
   * Lists who listens.
   *
   * @throws {@link ObservationError} When that cannot be learned here.
   */
  readonly listeningPorts: (signal: AbortSignal) => Promise<readonly ListeningPort[]>;
}
