/**
 * Health as code: open projects and carry out what they declare; check HTTP services concurrently.
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
export {
  openProject,
  type AssertOptions,
  type Project,
  type ResourceHealth,
} from "./app/project/open-project.ts";
export type { LoadOptions } from "./app/project/load-project.ts";
export type { WrittenPlans } from "./app/project/plan-files.ts";
export type { CheckOutcome } from "./engine/run-check.ts";
export type { ResourceOutcome } from "./engine/run-plans.ts";
export type { RetryPolicy } from "./engine/retry.ts";
export type { Assertion } from "./model/assertion.ts";
export type {
  CheckContext,
  CheckFunction,
  CheckFunctionResult,
  CrossCheckFunction,
  ResourceView,
} from "./model/check-function.ts";
export type { CheckPlan, PlannedCheck, PlannedDependency } from "./model/check-plan.ts";
export type { Code } from "./model/codes.ts";
export { ConfigurationError, type Diagnostic } from "./model/diagnostic.ts";
export {
  CannotObserveError,
  HealthCheckError,
  HealthCheckTimeoutError,
  ServiceUnreachableError,
  TransportClosedError,
  TransportError,
} from "./model/errors.ts";
export type { DeclaredAssertion, DeclaredResource } from "./model/project.ts";
export type { AssertionDetails, Report, ReportItem, ReportSummary } from "./model/report.ts";
export type { Resource } from "./model/resource.ts";
export { secret, type SecretReference } from "./model/secret.ts";
export type { Health, Verdict } from "./model/verdict.ts";
export type { HealthResult, Phases, ServiceConfig } from "./model/service.ts";
export type { Clock } from "./ports/clock.ts";
export type { Transport, TransportRequest, TransportResponse } from "./ports/transport.ts";
