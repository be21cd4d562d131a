/** What one client, and all of them, may use. */
export interface ServerLimits {
  /** Of a request's body, in bytes. */
  readonly bodyBytes: number;
  /** Of all headers of a request with its first line, in bytes. */
  readonly headerBytes: number;
  /** Of what is asked for: path and query, in bytes. */
  readonly urlBytes: number;
  /** Requests of one client in a second, on average over ten; 0 for any number. */
  readonly requestsPerSecond: number;
  /** Event streams at once, of all clients. */
  readonly streams: number;
  /** Event streams at once, of one client. */
  readonly streamsPerClient: number;
  /** Connections at once. */
  readonly connections: number;
  /** For a request to arrive whole, in milliseconds. */
  readonly requestMs: number;
  /** For a connection on which nothing is asked, in milliseconds. */
  readonly idleMs: number;
  /** For a client to read something of what waits for it, in milliseconds. */
  readonly readMs: number;
  /** For an answer, in milliseconds. */
  readonly answerMs: number;
  /** For the answer of what takes its time: a plan, a repair, a deploy. In milliseconds. */
  readonly slowAnswerMs: number;
  /** Of an event stream, what may wait for a client that does not read, in bytes. */
  readonly pendingBytes: number;
  /** Between two signs of life on an event stream, in milliseconds. */
  readonly heartbeatMs: number;
  /** For what is under way when the server ends, in milliseconds. */
  readonly drainMs: number;
}

/** What holds unless the settings say otherwise. */
export const DEFAULT_LIMITS: ServerLimits = {
  bodyBytes: 64 * 1024,
  headerBytes: 16 * 1024,
  urlBytes: 8 * 1024,
  requestsPerSecond: 1_000,
  streams: 2_000,
  // Nobody alone takes all of them.
  streamsPerClient: 1_000,
  connections: 10_000,
  requestMs: 10_000,
  // Longer than proxies keep an idle connection: it is theirs to close.
  idleMs: 75_000,
  readMs: 30_000,
  answerMs: 30_000,
  slowAnswerMs: 30 * 60_000,
  pendingBytes: 1024 * 1024,
  heartbeatMs: 15_000,
  drainMs: 10_000,
};
