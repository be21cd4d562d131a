import type { DeployPlan } from "../../model/deployment.ts";

/** What a plan refers to, by SHA-256: it is no part of the plan that people read, and goes with it all the same. */
export type PlanContents = ReadonlyMap<string, Uint8Array>;

const contents = new WeakMap<DeployPlan, PlanContents>();

/**
 * Keeps what a plan refers to for as long as the plan is there.
 *
 * @param plan - The plan.
 * @param kept - What it refers to.
 */
export function rememberContents(plan: DeployPlan, kept: PlanContents): void {
  contents.set(plan, kept);
}

/**
 * Brings back what a plan refers to.
 *
 * @param plan - The plan.
 * @returns By SHA-256; empty for a plan that came from elsewhere.
 */
export function contentsOf(plan: DeployPlan): PlanContents {
  return contents.get(plan) ?? new Map();
}
