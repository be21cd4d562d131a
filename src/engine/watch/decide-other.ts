import type { RepairAttempt } from "../../model/incident.ts";
import type { WatchState } from "../../model/watch-state.ts";
import { countAfresh, NOTHING_TRIED } from "./believe.ts";
import { chooseRepair, RECONCILE } from "./choose-repair.ts";
import { orderRepair } from "./decide-look.ts";
import { Draft, type Circumstances, type Decision } from "./decision.ts";
import { closeIncident, writeMessages } from "./draft-incidents.ts";

/** What became of an action. */
export interface ActionEnd {
  readonly attempt: RepairAttempt;
  /** What was done, or why it was not, in a few words. */
  readonly detail: string;
  readonly hasFailed: boolean;
}

/**
 * Decides what follows from the end of an action: what is counted begins afresh, and the resource has to prove itself. Pure.
 *
 * @param state - What is believed.
 * @param end - What became of the action.
 * @param circumstances - What else is known.
 * @returns The decision.
 */
export function decideActed(
  state: WatchState,
  { attempt, detail, hasFailed }: ActionEnd,
  circumstances: Circumstances,
): Decision {
  const { now, policy } = circumstances;
  const draft = new Draft(state, circumstances);
  const afresh = countAfresh(state);
  draft.become({
    ...afresh,
    repair: {
      ...afresh.repair,
      running: null,
      proving: hasFailed ? null : attempt.id,
      graceUntil: hasFailed ? null : now + Math.max(policy.settleMs, policy.startupGraceMs),
    },
  });
  const outcome = hasFailed ? "failed" : "acted";
  draft.putAttempt({ ...attempt, outcome, detail, endedAt: hasFailed ? now : null });
  const { action } = attempt;
  draft.tell("repair_ended", hasFailed ? `${action} failed: ${detail}` : `${action}: ${detail}`, {
    action,
    outcome,
    attempt: attempt.attempt,
  });
  return draft.end();
}

/**
 * Decides what follows when a person wants something repaired: backoff, budgets and giving up do not count. Pure.
 *
 * @param state - What is believed, after a look that was made just now.
 * @param circumstances - What else is known, and who wants it.
 * @returns The decision; without an order where nothing is wrong, or nothing can be tried.
 */
export function decideRequested(
  state: WatchState,
  circumstances: Circumstances & { readonly by: string },
): Decision {
  const { policy, now } = circumstances;
  const draft = new Draft(state, circumstances);
  const fresh: WatchState = { ...state, causedBy: null, repair: NOTHING_TRIED };
  const isFailing = state.failures > 0 || state.health === "unhealthy";
  // What another one causes, or what has just begun to fail, is not counted yet: a person need not wait for that.
  const failures = Math.max(state.failures, 1);
  const asked = isFailing ? { ...fresh, health: "unhealthy" as const, failures } : fresh;
  const ladder = policy.ladder.length > 0 ? policy.ladder : [RECONCILE];
  const free = { ...policy, ladder, isReconciled: true, onDrift: "auto_correct" } as const;
  const choice = state.repair.running === null ? chooseRepair(asked, free, now) : null;
  if (choice?.type !== "act") return draft.end();
  draft.become({ ...state, repair: { ...NOTHING_TRIED, recent: state.repair.recent } });
  orderRepair(draft, choice, circumstances);
  return draft.end();
}

/**
 * Decides what follows when a resource is not watched any more. Pure.
 *
 * @param state - What was believed of it.
 * @param circumstances - What else is known.
 * @returns The decision: its incidents are closed.
 */
export function decideGone(
  state: WatchState,
  circumstances: Omit<Circumstances, "policy">,
): Decision {
  const draft = new Draft(state, circumstances);
  const { now, attempt } = circumstances;
  for (const incident of draft.incidents) {
    if (incident.closedAt === null) closeIncident(draft, incident, "gone", now);
  }
  // Nobody will look any more whether it helped.
  if (attempt !== null) {
    const detail = attempt.detail ?? "it is not watched any more";
    draft.putAttempt({ ...attempt, outcome: "interrupted", endedAt: now, detail });
    const { action, attempt: count } = attempt;
    const facts = { action, outcome: "interrupted", attempt: count };
    draft.tell("repair_ended", `${action}: ${detail}`, facts);
  }
  // Only the end of what was told is.
  writeMessages(draft, { ...circumstances, policy: { alertOn: [] } });
  return draft.end();
}
