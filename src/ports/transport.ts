import type { Phases } from "../model/service.ts";

/** One HTTP exchange to carry out. */
export interface TransportRequest {
  readonly url: URL;
  /** Ends the exchange at once; the promise then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Reading stops after this many bytes of body. */
  readonly maxBodyBytes: number;
  /** Called once, as soon as a connection stands. */
  readonly onConnected?: () => void;
}

/** The answer to one HTTP exchange. */
export interface TransportResponse {
  readonly status: number;
  /** The reason phrase, as sent; often empty. */
  readonly statusText: string;
  /**
   * Reads one header.
   *
   * @param name - In lower case.
   * @returns The value, several joined by `, `; null when it was not sent.
   */
  readonly header: (name: string) => string | null;
  /** How many bytes of body were read. */
  readonly bodyBytes: number;
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
   */
  readonly request: (request: TransportRequest) => Promise<TransportResponse>;
}
