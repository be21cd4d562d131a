import type { DeployedResource } from "../../model/deployment.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";

const INTERVAL_MS = 60_000;

/** What holds where nothing is recorded. */
const UNKNOWN: WatchPolicy = {
  intervalMs: INTERVAL_MS,
  retryIntervalMs: 5_000,
  failureThreshold: 3,
  recoveryThreshold: 2,
  window: null,
  startupGraceMs: 0,
  settleMs: 0,
  isReconciled: false,
  onDrift: "alert",
  ladder: [],
  revertUntil: null,
  alertOn: [],
  repairMode: "ladder",
  repeatActionMs: null,
};

/**
 * Tells how a resource is watched, as far as what is recorded of it says so: enough to explain what was last known. What kinds
 * of resources and projects add to it is known only to who loads them.
 *
 * @param resource - What is recorded; null for nothing.
 * @returns How it is watched.
 */
export function recordedPolicy(resource: DeployedResource | null): WatchPolicy {
  if (resource === null) return UNKNOWN;
  const { policy } = resource.spec;
  const { reconcile, onDrift, checkInterval, retryInterval } = policy;
  return {
    ...UNKNOWN,
    intervalMs: checkInterval === null ? INTERVAL_MS : checkInterval * 1_000,
    retryIntervalMs: retryInterval === null ? UNKNOWN.retryIntervalMs : retryInterval * 1_000,
    failureThreshold: policy.failureThreshold,
    recoveryThreshold: policy.recoveryThreshold,
    window: policy.window,
    startupGraceMs: policy.startupGrace * 1_000,
    isReconciled: reconcile,
    onDrift: onDrift ?? (reconcile ? "auto_correct" : "alert"),
    alertOn: policy.alertOn,
  };
}
