/** One change that somebody made, or tried to make, over HTTP. It is kept for good. */
export interface AuditRecord {
  /** Rising. */
  readonly id: number;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  /** Who, as the certificate names them; `local user` without one. */
  readonly who: string;
  readonly role: string;
  /** The address it came from. */
  readonly from: string;
  /** The operation and what it is about: `repair web`. */
  readonly what: string;
  /** `done`, or why not, in a few words. */
  readonly outcome: string;
  /** The status of the answer. */
  readonly status: number;
}
