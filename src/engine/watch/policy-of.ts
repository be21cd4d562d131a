import type { PlannedAction } from "../../model/action.ts";
import type { ResourceValues } from "../../model/policy.ts";
import { REPAIR_LIMITS, type WatchPolicy } from "../../model/watch-policy.ts";

/** What a kind of resource adds to how it is watched. */
export interface KindTraits {
  /** Unless its declaration says otherwise, in seconds. */
  readonly checkIntervalSeconds: number;
  /** So long its assertions may take to hold after it was changed, in seconds. */
  readonly settleSeconds: number;
  /** Whether it was made by us, and can be made anew. */
  readonly isManaged: boolean;
  readonly canRestart: boolean;
  readonly canReplace: boolean;
}

/** How long somebody waits at most while it is decided whether something is down, in milliseconds. */
const LONGEST_RETRY_MS = 5_000;

const RESTART: PlannedAction = { action: "restart", parameters: {}, attempts: 2 };
const RECREATE: PlannedAction = { action: "recreate", parameters: {}, attempts: 2 };
const REVERT: PlannedAction = { action: "revert", parameters: {}, attempts: 1 };

/**
 * Decides how a resource is watched and kept. Pure.
 *
 * @param values - What is declared.
 * @param traits - What its kind adds.
 * @param changedAt - When the version was deployed that changed it last, in milliseconds since 1970-01-01 UTC; null when no
 *   earlier specification of it is known.
 * @returns The policy.
 */
export function policyOf(
  values: ResourceValues,
  traits: KindTraits,
  changedAt: number | null,
): WatchPolicy {
  const intervalMs = (values.checkInterval ?? traits.checkIntervalSeconds) * 1_000;
  const { reconcile, retryInterval } = values;
  return {
    intervalMs,
    retryIntervalMs:
      retryInterval === null ? Math.min(intervalMs / 3, LONGEST_RETRY_MS) : retryInterval * 1_000,
    failureThreshold: values.failureThreshold,
    recoveryThreshold: values.recoveryThreshold,
    window: values.window,
    startupGraceMs: values.startupGrace * 1_000,
    settleMs: traits.settleSeconds * 1_000,
    isReconciled: reconcile,
    onDrift: values.onDrift ?? (reconcile ? "auto_correct" : "alert"),
    ladder: ladderOf(values.repair, traits),
    revertUntil: changedAt === null ? null : changedAt + REPAIR_LIMITS.revertWithinMs,
    alertOn: values.alertOn,
    repairMode: "ladder",
    repeatActionMs: null,
  };
}

// Cheapest first.
function ladderOf(
  repair: ResourceValues["repair"],
  { isManaged, canRestart, canReplace }: KindTraits,
): readonly PlannedAction[] {
  if (repair === false) return [];
  if (repair !== null && repair !== true) return repair;
  if (!isManaged) return [];
  return [...(canRestart ? [RESTART] : []), ...(canReplace ? [RECREATE] : []), REVERT];
}
