import type { Verdict } from "./verdict.ts";

/** An HTTP service that should answer, and how. */
export interface ServiceConfig {
  /** What people call it; unique within a list. */
  readonly name: string;
  /** An absolute `http:` or `https:` URL. */
  readonly url: string;
  /** The status it should answer with, 100 to 599; 200 by default. */
  readonly expectedStatus?: number;
  /** How long one attempt may take, from name resolution to the last byte read, in seconds; 5 by default. */
  readonly timeout?: number;
}

/** Where the time of one check went, in milliseconds. A phase that did not take place is null. */
export interface Phases {
  /** From the start until the name has an address. */
  readonly resolveMs: number | null;
  /** Until the connection stands; null when one was reused. */
  readonly connectMs: number | null;
  /** Until TLS is agreed upon; null without TLS. */
  readonly tlsMs: number | null;
  /** From the request until the first byte of the answer. */
  readonly firstByteMs: number | null;
  /** Until the last byte that is read. */
  readonly transferMs: number | null;
}

/**
 * What one check of a service found.
 *
 * The last three optional fields are there only when they have something to say.
 */
export interface HealthResult {
  readonly serviceName: string;
  /** True when the service answered with the expected status. */
  readonly isHealthy: boolean;
  /** From the start of the last attempt to the last byte read, in milliseconds; null when no answer came. */
  readonly responseTimeMs: number | null;
  /** Null when no answer came. */
  readonly statusCode: number | null;
  /** Why it is not healthy; null when it is. */
  readonly error: string | null;
  /** Present when we could not look: then `isHealthy` is false, and says nothing about the service. */
  readonly verdict?: "error";
  /** Present when the check was asked to measure them and an answer came. */
  readonly phases?: Phases;
  /** Present when more than one attempt was made. */
  readonly attempts?: number;
}

/** The expected status when a configuration names none. */
export const DEFAULT_EXPECTED_STATUS = 200;

/** The timeout when a configuration names none, in seconds. */
export const DEFAULT_TIMEOUT_SECONDS = 5;

/** The `error` of a result whose check was cut off before it came to an answer. */
export const ABORTED = "aborted";

/**
 * Tells what a result says about its service.
 *
 * @param result - The result of a check.
 * @returns `error` when we could not look; otherwise `pass` or `fail`.
 */
export function verdictOf(result: HealthResult): Verdict {
  return result.verdict ?? (result.isHealthy ? "pass" : "fail");
}
