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
export { openDeployment, type OpenDeploymentOptions } from "./app/deploy/open-deployment.ts";
export type {
  ApplyOptions,
  ApplyOutcome,
  Deployment,
  PlanOptions,
  ResourceChange,
  ResourceDrift,
} from "./app/deploy/deployment.ts";
export { readSavedPlan, savePlan } from "./app/deploy/saved-plan.ts";
export {
  openControl,
  type OpenControl,
  type OpenControlOptions,
} from "./app/control/open-control.ts";
export type { ProjectUpOptions } from "./app/watching/project-up.ts";
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
export type { DeployEvent, DeployOutcome } from "./model/deploy-event.ts";
export {
  DeployError,
  LockHeldError,
  LockLostError,
  StateConflictError,
  StateError,
} from "./model/deploy-errors.ts";
export type {
  Change,
  ChangedField,
  DeployedResource,
  DeployPlan,
  Specification,
  StepResult,
  Version,
  VersionSummary,
} from "./model/deployment.ts";
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
export type { LockHolder } from "./ports/project-lock.ts";
export type { Transport, TransportRequest, TransportResponse } from "./ports/transport.ts";
