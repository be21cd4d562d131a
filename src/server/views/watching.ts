import type { z } from "zod";
import type * as schemas from "../../api/schemas/watching.ts";
import type { CheckedNow, Explanation, ResourceStatus } from "../../model/control.ts";
import type { ResultRow, RollUp } from "../../model/history.ts";
import type { Hold, Incident, RepairAttempt } from "../../model/incident.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";
import { momentOf, momentOrNull } from "./moments.ts";

/** What is shown of something, by its schema. */
type View<Name extends keyof typeof schemas> = z.input<(typeof schemas)[Name]>;

/**
 * Shows a hold.
 *
 * @param hold - The hold.
 * @returns As the API has it.
 */
export function holdView({ id, kind, resource, from, until, by, comment }: Hold): View<"hold"> {
  return { id, kind, resource, from: momentOf(from), until: momentOrNull(until), by, comment };
}

/**
 * Shows an incident.
 *
 * @param incident - The incident.
 * @param project - The project it is of.
 * @returns As the API has it.
 */
export function incidentView(incident: Incident, project: string): View<"incident"> {
  const { id, resource, kind, outcome, repairs, acknowledged } = incident;
  return {
    id,
    project,
    resource,
    kind,
    openedAt: momentOf(incident.openedAt),
    closedAt: momentOrNull(incident.closedAt),
    outcome,
    findings: [...incident.findings],
    repairs,
    gaveUpAt: momentOrNull(incident.gaveUpAt),
    acknowledged: acknowledged && { ...acknowledged, at: momentOf(acknowledged.at) },
    affected: [...incident.affected],
  };
}

/**
 * Shows an attempt to repair.
 *
 * @param attempt - The attempt.
 * @returns As the API has it.
 */
export function repairView(attempt: RepairAttempt): View<"repair"> {
  const { id, resource, incident, action, outcome, detail, by } = attempt;
  return {
    id,
    resource,
    incident,
    action,
    attempt: attempt.attempt,
    startedAt: momentOf(attempt.startedAt),
    endedAt: momentOrNull(attempt.endedAt),
    outcome,
    detail,
    by,
  };
}

/**
 * Shows something that happened.
 *
 * @param event - What happened.
 * @param project - Where.
 * @returns As the API has it.
 */
export function eventView(event: WatchEvent, project: string): View<"event"> {
  const { id, at, type, resource, text, data } = event;
  return { id, project, at: momentOf(at), type, resource, text, data };
}

/**
 * Shows how a resource is.
 *
 * @param status - What is known of it.
 * @param project - The project it is of.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns As the API has it.
 */
export function resourceView(
  status: ResourceStatus,
  project: string,
  now: number,
): View<"resource"> {
  const { state, nextLookAt, holds, incidents } = status;
  return {
    project,
    name: status.resource,
    kind: status.kind,
    group: status.group,
    health: state.health,
    sync: state.sync,
    since: momentOrNull(state.since),
    lastCheck: momentOrNull(state.lookedAt),
    // What is late, or due before all others, is due now.
    nextCheck: nextLookAt === null ? null : momentOf(Math.max(nextLookAt, now)),
    isChecking: status.isLooking,
    isDeploying: status.isDeploying,
    consecutiveFailures: state.failures,
    isFlapping: state.isFlapping,
    hasGivenUp: state.repair.hasGivenUp,
    causedBy: state.causedBy,
    findings: [...state.findings],
    incidents: incidents.map(({ id }) => id),
    holds: holds.map(holdView),
    destroyAt: momentOrNull(status.destroyAt),
  };
}

/**
 * Shows why a resource is what it is.
 *
 * @param explanation - What is known of it.
 * @param project - The project it is of.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns As the API has it.
 */
export function explanationView(
  explanation: Explanation,
  project: string,
  now: number,
): View<"explanation"> {
  const { policy, dependsOn, repairs, events, next, passing } = explanation;
  return {
    ...resourceView(explanation, project, now),
    dependsOn: [...dependsOn],
    policy: policyView(policy),
    passing: passing.map(({ name, claim, actual }) => ({ name, claim, actual })),
    repairs: repairs.map(repairView),
    events: events.map((event) => eventView(event, project)),
    next: [...next],
  };
}

// Of an action, its kind is told; what it is done with stands in the project's files.
function policyView(policy: WatchPolicy): View<"policy"> {
  const { window } = policy;
  return {
    intervalMs: policy.intervalMs,
    retryIntervalMs: policy.retryIntervalMs,
    failureThreshold: policy.failureThreshold,
    recoveryThreshold: policy.recoveryThreshold,
    window: window && { failures: window.failures, of: window.of },
    startupGraceMs: policy.startupGraceMs,
    settleMs: policy.settleMs,
    isReconciled: policy.isReconciled,
    onDrift: policy.onDrift,
    ladder: policy.ladder.map(({ action, attempts }) => ({ action, attempts })),
    revertUntil: momentOrNull(policy.revertUntil),
    alertOn: [...policy.alertOn],
    repairMode: policy.repairMode,
    repeatActionMs: policy.repeatActionMs,
  };
}

/**
 * Shows what a look that was asked for came to.
 *
 * @param checked - What was seen.
 * @returns As the API has it.
 */
export function checkedView(checked: CheckedNow): View<"checked"> {
  const { resource, health, sync, findings, durationMs } = checked;
  return { resource, health, sync, findings: [...findings], durationMs };
}

/**
 * Shows one result.
 *
 * @param row - The result.
 * @returns As the API has it.
 */
export function resultView({ at, verdict, isDegraded, durationMs }: ResultRow): View<"result"> {
  return { at: momentOf(at), verdict, isDegraded, durationMs };
}

/**
 * Shows counted results.
 *
 * @param rollUp - The counts.
 * @returns As the API has it.
 */
export function rollUpView(rollUp: RollUp): View<"rollUp"> {
  const { at, passes, degraded, failures, errors, skipped, meanMs, maxMs } = rollUp;
  return { at: momentOf(at), passes, degraded, failures, errors, skipped, meanMs, maxMs };
}
