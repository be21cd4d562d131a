import { DeployError } from "../../model/deploy-errors.ts";
import type { DeployPlan } from "../../model/deployment.ts";

/**
 * Names what a plan works on.
 *
 * @param plan - The plan.
 * @returns Names of resources, those that they had before included.
 */
export function touchedBy({ changes }: DeployPlan): readonly string[] {
  return changes.flatMap(({ action, resource, renamedFrom }) =>
    action === "keep" ? [] : [resource, renamedFrom ?? resource],
  );
}

/**
 * Tells whether a plan does anything.
 *
 * @param plan - The plan.
 * @returns False when all is kept.
 */
export function hasChanges({ changes }: DeployPlan): boolean {
  return changes.some(({ action }) => action !== "keep");
}

/**
 * Says that a plan was made from another state.
 *
 * @param plan - The plan.
 * @param serial - Of the present state.
 * @returns The error.
 */
export function staleError(plan: DeployPlan, serial: number): DeployError {
  return new DeployError(
    `the plan was made from state ${String(plan.serial)}, and the state is ${String(serial)} by now`,
    { code: "plan-stale", hint: "plan again" },
  );
}
