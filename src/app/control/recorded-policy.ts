import { policyOf } from "../../engine/watch/policy-of.ts";
import type { DeployedResource } from "../../model/deployment.ts";
import { RESOURCE_FIELDS } from "../../model/policy.ts";
import { readValues } from "../../model/options.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";

/** Nothing is known of kinds here: what they add is known only to who loads them. */
const NO_TRAITS = {
  checkIntervalSeconds: 60,
  settleSeconds: 0,
  isManaged: false,
  canRestart: false,
  canReplace: false,
};

/**
 * Tells how a resource is watched, as far as what is recorded of it says so: enough to explain what was last known.
 *
 * @param resource - What is recorded; null for nothing.
 * @returns How it is watched.
 */
export function recordedPolicy(resource: DeployedResource | null): WatchPolicy {
  const values = resource?.spec.policy ?? readValues(RESOURCE_FIELDS, {});
  return policyOf(values, NO_TRAITS, null);
}
