import type { Phases } from "../model/service.ts";

/** One HTTP question, redirects included. */
export interface HttpRequest {
  readonly url: URL;
  /** `GET` by default. */
  readonly method?: string;
  /** Names in any case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent with a `Content-Length`, as UTF-8. */
  readonly body?: string;
  /** True, the default, to follow up to ten redirects; they are followed with GET unless 307 or 308. */
  readonly followRedirects?: boolean;
  /** True to keep what is read of the body. */
  readonly keepBody?: boolean;
  readonly signal: AbortSignal;
}

/** The answer to one HTTP question. */
export interface HttpAnswer {
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  readonly status: number;
  /** By name in lower case; several of one name are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** As UTF-8, at most 1 MiB; empty unless it was asked for. */
  readonly body: string;
  /** True when the body was longer than what was read of it. */
  readonly isTruncated: boolean;
  readonly phases: Phases;
  /** From name resolution to the last byte read, redirects included, in milliseconds. */
  readonly durationMs: number;
}

/** HTTP, as an assertion needs it. */
export interface HttpClient {
  /**
   * Asks.
   *
   * @throws {@link TransportError} When no answer came.
   */
  readonly request: (request: HttpRequest) => Promise<HttpAnswer>;
}
