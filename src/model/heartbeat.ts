/** What a job reported last about itself. */
export interface Heartbeat {
  /** The resource that stands for the job. */
  readonly resource: string;
  /** When it came, in milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  /** False when the job said that it failed. */
  readonly isOk: boolean;
  /** In the job's words; empty for none. */
  readonly comment: string;
  readonly by: string;
}

/** What is known of the job that a resource stands for. */
export interface Pulse {
  /** Null before the first. */
  readonly last: Heartbeat | null;
  /**
   * Since when heartbeats are expected, in milliseconds since 1970-01-01 UTC: when the resource was deployed last, or when
   * the deploy of it began that is under way. Null when it was never deployed.
   */
  readonly expectedSince: number | null;
}
