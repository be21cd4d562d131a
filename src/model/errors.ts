import type { Code } from "./codes.ts";

/**
 * A check that did not come to an answer.
 *
 * It and its subclasses are the only errors that {@link retry} tries again: any other exception is a bug.
 */
export class HealthCheckError extends Error {
  override readonly name: string = "HealthCheckError";
  /** Stable, for programs: one of the codes in `docs/reference/error-codes.md`. */
  readonly code: Code = "health-check-failed";
}

/** The service gave no answer, and why. */
export class ServiceUnreachableError extends HealthCheckError {
  override readonly name: string = "ServiceUnreachableError";
  override readonly code: Code = "service-unreachable";
  readonly serviceName: string;
  /** For people, never empty: `connection refused (127.0.0.1:8080, ECONNREFUSED)`. */
  readonly reason: string;

  /**
   * Names the service and why it gave no answer.
   *
   * @param serviceName - The name in the service's configuration.
   * @param reason - What went wrong, in words.
   * @param options - The error underneath, as `cause`.
   */
  constructor(serviceName: string, reason: string, options?: ErrorOptions) {
    super(`Service '${serviceName}' is unreachable: ${reason}`, options);
    this.serviceName = serviceName;
    this.reason = reason;
  }
}

/** The service gave no complete answer in time. */
export class HealthCheckTimeoutError extends HealthCheckError {
  override readonly name: string = "HealthCheckTimeoutError";
  override readonly code: Code = "health-check-timeout";
  readonly serviceName: string;
  /** How long was waited, in seconds. */
  readonly timeoutSeconds: number;

  /**
   * Names the service and how long was waited for it.
   *
   * @param serviceName - The name in the service's configuration.
   * @param timeoutSeconds - The timeout that passed, in seconds.
   * @param options - How far the check had come by then, in words, and the error underneath.
   */
  constructor(
    serviceName: string,
    timeoutSeconds: number,
    options: ErrorOptions & { readonly progress?: string } = {},
  ) {
    const unit = timeoutSeconds === 1 ? "second" : "seconds";
    const progress = options.progress === undefined ? "" : `: ${options.progress}`;
    super(
      `Service '${serviceName}' timed out after ${String(timeoutSeconds)} ${unit}${progress}`,
      options,
    );
    this.serviceName = serviceName;
    this.timeoutSeconds = timeoutSeconds;
  }
}

/** We could not look: our own machine or tool failed. It says nothing about the service. */
export class CannotObserveError extends HealthCheckError {
  override readonly name: string = "CannotObserveError";
  override readonly code: Code = "cannot-observe";
  readonly serviceName: string;
  /** For people: which of our own means failed. */
  readonly reason: string;

  /**
   * Names the service and what kept us from looking at it.
   *
   * @param serviceName - The name in the service's configuration.
   * @param reason - Which of our own means failed, in words.
   * @param options - The error underneath, as `cause`.
   */
  constructor(serviceName: string, reason: string, options?: ErrorOptions) {
    super(`Service '${serviceName}' could not be checked: ${reason}`, options);
    this.serviceName = serviceName;
    this.reason = reason;
  }
}

/** Whose failure a {@link TransportError} is: the target's, or our own machine's. */
export type Blame = "target" | "ourselves";

/** One exchange with a target failed below the level of HTTP. */
export class TransportError extends Error {
  override readonly name: string = "TransportError";
  readonly code: Code = "transport-failed";
  readonly blame: Blame;
  /** True when the same exchange may work once some of our own files, ports or buffers are free again. */
  readonly isExhaustion: boolean;

  /**
   * Says why an exchange failed.
   *
   * @param reason - What went wrong, in words; never empty.
   * @param options - Whose failure it is (`target` by default), whether our own means ran out, and the error underneath.
   */
  constructor(
    reason: string,
    options: ErrorOptions & { readonly blame?: Blame; readonly isExhaustion?: boolean } = {},
  ) {
    super(reason, options);
    this.blame = options.blame ?? "target";
    this.isExhaustion = options.isExhaustion ?? false;
  }
}

/** A request was made on a transport that is not open. That is a bug in the caller, and is never retried. */
export class TransportClosedError extends Error {
  override readonly name: string = "TransportClosedError";
  readonly code: Code = "transport-closed";
}

/** A report could not be written where it should go. */
export class OutputError extends Error {
  override readonly name: string = "OutputError";
  readonly code: Code = "output-failed";
  readonly path: string;

  /**
   * Names the file and what went wrong.
   *
   * @param path - As the person named it.
   * @param cause - The error underneath.
   */
  constructor(path: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`the report could not be written to ${path}: ${reason}`, { cause });
    this.path = path;
  }
}

/** We could not look: our own tool, credentials, engine or machine failed. It says nothing about what was looked at. */
export class ObservationError extends Error {
  override readonly name: string = "ObservationError";
  readonly code: Code = "cannot-observe";
}

/** What a {@link DatabaseError} is about. */
export type DatabaseFailure = "unreachable" | "refused" | "query";

/** A database gave no answer, did not let us in, or did not accept a query. */
export class DatabaseError extends Error {
  override readonly name: string = "DatabaseError";
  readonly code: Code = "database-failed";
  readonly failure: DatabaseFailure;

  /**
   * Says what failed.
   *
   * @param failure - Which step failed.
   * @param reason - What went wrong, in words, without any secret.
   * @param options - The error underneath, as `cause`.
   */
  constructor(failure: DatabaseFailure, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.failure = failure;
  }
}
