/**
 * Health as code: check HTTP services concurrently, with retries, and failures told apart.
 *
 * @module
 */
export {
  checkAllServices,
  checkService,
  networkTransport,
  type CheckAllOptions,
  type CheckOptions,
  type NetworkOptions,
} from "./app/check-services.ts";
export { retry, type RetryOptions, type RetryWrapper } from "./app/retry.ts";
export type { RetryPolicy } from "./engine/retry.ts";
export type { Code } from "./model/codes.ts";
export {
  CannotObserveError,
  HealthCheckError,
  HealthCheckTimeoutError,
  ServiceUnreachableError,
  TransportClosedError,
  TransportError,
} from "./model/errors.ts";
export type { HealthResult, Phases, ServiceConfig } from "./model/service.ts";
export type { Clock } from "./ports/clock.ts";
export type { Transport, TransportRequest, TransportResponse } from "./ports/transport.ts";
