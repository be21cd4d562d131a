import type { PlannedAction } from "../../model/action.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";
import type { SeededRandom } from "../seeded-random.ts";

const SECOND_MS = 1_000;
const INTERVALS_MS = [10, 30, 30, 60, 60, 300].map((seconds) => seconds * SECOND_MS);
const RETRY_LIMIT_MS = 5 * SECOND_MS;
const REPEAT_MS = 600 * SECOND_MS;
const WHERE_REPAIRED = ["auto_correct", "auto_correct", "alert"] as const;
const WHERE_WATCHED = ["alert", "alert", "ignore"] as const;

/**
 * Draws how a thing is watched and kept.
 *
 * @param random - Chance.
 * @param isManaged - Whether it was deployed.
 * @returns A policy.
 */
export function drawPolicy(random: SeededRandom, isManaged: boolean): WatchPolicy {
  const intervalMs = random.pick(INTERVALS_MS);
  const isTask = !isManaged && random.chance(0.3);
  const isReconciled = isTask || (isManaged && random.chance(0.85));
  return {
    intervalMs,
    retryIntervalMs: isTask ? intervalMs : Math.min(intervalMs / 3, RETRY_LIMIT_MS),
    failureThreshold: random.pick([1, 2, 3, 3, 3]),
    recoveryThreshold: random.pick([1, 2, 2]),
    window: random.chance(0.15) ? { failures: 3, of: 5 } : null,
    startupGraceMs: random.pick([0, 0, 15 * SECOND_MS]),
    settleMs: random.pick([0, 2, 10, 30]) * SECOND_MS,
    isReconciled,
    onDrift: random.pick(isReconciled ? WHERE_REPAIRED : WHERE_WATCHED),
    ladder: drawLadder(random, { isReconciled, isTask }),
    revertUntil: null,
    alertOn: drawAlerts(random),
    repairMode: isTask ? "once" : "ladder",
    repeatActionMs: isTask ? random.pick([null, REPEAT_MS]) : null,
  };
}

function drawLadder(
  random: SeededRandom,
  { isReconciled, isTask }: { readonly isReconciled: boolean; readonly isTask: boolean },
): readonly PlannedAction[] {
  if (!isReconciled) return [];
  if (isTask) return [step("restart")];
  const ladder = [step("restart"), step("recreate")];
  return random.chance(0.1) ? [] : ladder.slice(random.chance(0.2) ? 1 : 0);
}

function step(action: string): PlannedAction {
  return { action, parameters: {}, attempts: 2 };
}

function drawAlerts(random: SeededRandom): WatchPolicy["alertOn"] {
  const all = ["drift", "failure", "gave_up"] as const;
  return random.chance(0.8) ? all : all.filter(() => random.chance(0.5));
}
