import type { Change, ChangeAction, DeployPlan } from "../../model/deployment.ts";
import { countActions, hasChanges } from "./actions.ts";
import { inDependencyOrder } from "./dependency-order.ts";

/** A plan as programs get it: without what would be recorded, which a saved plan holds. */
export interface PlanDocument extends Pick<
  DeployPlan,
  "purpose" | "serial" | "hash" | "quarantinedBy" | "pinnedTo" | "strays"
> {
  /** The name of the project. */
  readonly project: string;
  /** The project's UUID; null before its first apply. */
  readonly projectId: string | null;
  /** Such as `2026-01-02T03:04:05.678Z`. */
  readonly createdAt: string;
  /** False when there is nothing to do. */
  readonly hasChanges: boolean;
  /** How many there are of each action. */
  readonly summary: Readonly<Record<ChangeAction, number>>;
  /** In the order in which they are carried out, those that are kept included. */
  readonly changes: readonly Pick<
    Change,
    "resource" | "kind" | "action" | "reason" | "renamedFrom" | "isLookedAt" | "fields"
  >[];
}

/**
 * Makes a document of a plan.
 *
 * @param plan - The plan.
 * @returns Plain data: `{ project, projectId, purpose, serial, createdAt, hash, quarantinedBy, pinnedTo, strays: [{ resource, kind }], hasChanges, summary: {
 *   create, update, replace, delete, import, keep }, changes: [{ resource, kind, action, reason, renamedFrom, isLookedAt,
 *   fields: [{ field, from, to, cause, isReplacing }] }] }`.
 */
export function planDocument(plan: DeployPlan): PlanDocument {
  const { project, purpose, serial, createdAt, hash, quarantinedBy, pinnedTo, changes } = plan;
  return {
    project: project.name,
    projectId: project.id,
    purpose,
    serial,
    createdAt: new Date(createdAt).toISOString(),
    hash,
    quarantinedBy,
    pinnedTo,
    strays: plan.strays,
    hasChanges: hasChanges(changes),
    summary: countActions(changes),
    changes: inDependencyOrder(changes).map((change) => ({
      resource: change.resource,
      kind: change.kind,
      action: change.action,
      reason: change.reason,
      renamedFrom: change.renamedFrom,
      isLookedAt: change.isLookedAt,
      fields: change.fields,
    })),
  };
}
