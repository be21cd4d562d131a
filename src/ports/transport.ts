import type { Phases } from "../model/service.ts";

/** One HTTP exchange to carry out. */
export interface TransportRequest {
  readonly url: URL;
  /** Ends the exchange at once; the promise then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Reading stops after this many bytes of body. */
  readonly maxBodyBytes: number;
  /** `GET` by default; in capitals, as methods are told apart by case. */
  readonly method?: string;
  /**
   * Names in any case. They replace what a transport sends by itself, other than what says how the message is framed:
   * `Connection`, `Content-Length` and `Transfer-Encoding` are refused.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as UTF-8, with its `Content-Length`; none by default. */
  readonly body?: string;
  /** True to keep what is read of the body of the answer; false by default. */
  readonly keepBody?: boolean;
  /** Called once, as soon as a connection stands. */
  readonly onConnected?: () => void;
}

/** The answer to one HTTP exchange. */
export interface TransportResponse {
  readonly status: number;
  /** The reason phrase, as sent; often empty. */
  readonly statusText: string;
  /** What the answer calls itself, such as `1.1`; left out where nothing is really sent. */
  readonly httpVersion?: string;
  /**
   * Reads one header.
   *
   * @param name - In lower case.
   * @returns The value, several joined by `, `; null when it was not sent.
   */
  readonly header: (name: string) => string | null;
  /** All headers by name in lower case; several of one name are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** How many bytes of body were read. */
  readonly bodyBytes: number;
  /** What was read of the body; empty unless it was to be kept. */
  readonly body: Uint8Array;
  /** True when the body was longer than what was read of it. */
  readonly isTruncated: boolean;
  readonly phases: Phases;
}

/**
 * A way to make HTTP exchanges.
 *
 * It is a session: opened once, disposed with `await using`. It follows no redirects and keeps no deadline; both are the
 * engine's.
 */
export interface Transport extends AsyncDisposable {
  /**
   * Opens the session; doing so again is harmless.
   *
   * @throws {@link TransportClosedError} When it has been disposed.
   */
  readonly open: () => Promise<Transport>;
  /**
   * Loads beforehand what requests to these URLs will need, so that loading counts as no check's time.
   *
   * @param urls - As configured; what is no URL is passed over.
   */
  readonly prepare?: (urls: readonly string[]) => Promise<void>;
  /**
   * Carries out one exchange.
   *
   * @throws {@link TransportError} When no answer came.
   * @throws {@link TransportClosedError} When the session is not open.
   * @throws {@link TypeError} When method or headers cannot be sent.
   */
  readonly request: (request: TransportRequest) => Promise<TransportResponse>;
}
