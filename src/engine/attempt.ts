import {
  CannotObserveError,
  HealthCheckTimeoutError,
  ServiceUnreachableError,
  TransportError,
} from "../model/errors.ts";
import type { HealthResult } from "../model/service.ts";
import type { Clock } from "../ports/clock.ts";
import type { Transport } from "../ports/transport.ts";
import type { Cancellation } from "./cancellation.ts";
import type { Gate, Pass } from "./gate.ts";
import { roundMs, roundPhases } from "./phases.ts";
import { BODY_LIMIT_BYTES, followRedirects } from "./redirects.ts";
import type { ServiceCheck } from "./service-check.ts";
import { withinTimeout } from "./within-timeout.ts";

/** What an attempt needs of the world. */
export interface AttemptContext {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly gate: Gate;
  readonly cancellation: Cancellation;
  /** True when the result should say where the time went. */
  readonly withPhases: boolean;
}

/**
 * Asks a service once, within its timeout, and judges the answer.
 *
 * @param check - What to ask and what to expect.
 * @param context - Transport, clock, gate and cancellation.
 * @param pass - The right to do it now; given back at the end, whatever happens.
 * @returns A result for any answer, also a wrong one.
 * @throws {@link ServiceUnreachableError} When no answer came.
 * @throws {@link HealthCheckTimeoutError} When the answer was not complete in time.
 * @throws {@link CannotObserveError} When our own machine failed.
 */
export async function attempt(
  check: ServiceCheck,
  context: AttemptContext,
  pass: Pass,
): Promise<HealthResult> {
  const startedMs = context.clock.elapsedMs();
  let isConnected = false;
  const onConnected = (): void => {
    isConnected = true;
  };
  const timeoutError = (): Error =>
    new HealthCheckTimeoutError(check.name, check.timeoutMs / 1_000, {
      progress: isConnected
        ? "connected, but no complete answer came"
        : "neither a new connection nor an answer came about",
    });
  try {
    context.cancellation.throwIfCancelled();
    const { response, phases } = await withinTimeout(
      { ...context, timeoutMs: check.timeoutMs, timeoutError },
      (signal) => {
        const request = { url: check.url, signal, maxBodyBytes: BODY_LIMIT_BYTES, onConnected };
        return followRedirects(context.transport, request, !expectsRedirect(check));
      },
    );
    const { status } = response;
    const isHealthy = status === check.expectedStatus;
    return {
      serviceName: check.name,
      isHealthy,
      responseTimeMs: roundMs(context.clock.elapsedMs() - startedMs),
      statusCode: status,
      error: isHealthy ? null : `Expected ${String(check.expectedStatus)}, got ${String(status)}`,
      ...(context.withPhases ? { phases: roundPhases(phases) } : {}),
    };
  } catch (error) {
    if (error instanceof TransportError && error.isExhaustion) context.gate.shrink();
    throw named(check, error);
  } finally {
    pass.leave();
  }
}

// Whoever expects one answer of this class wants to see which it is.
function expectsRedirect({ expectedStatus }: ServiceCheck): boolean {
  return expectedStatus >= 300 && expectedStatus <= 399;
}

// Gives a failure the name of the service; anything that is not a failed check stays the bug that it is.
function named(check: ServiceCheck, error: unknown): unknown {
  if (!(error instanceof TransportError)) return error;
  return error.blame === "target"
    ? new ServiceUnreachableError(check.name, error.message, { cause: error })
    : new CannotObserveError(check.name, error.message, { cause: error });
}
