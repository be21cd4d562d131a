import { closingOutcome, syncIncidents, writeMessages } from "./draft-incidents.ts";
import { REPAIR_LIMITS, type WatchPolicy } from "../../model/watch-policy.ts";
import type { Look, WatchState } from "../../model/watch-state.ts";
import { believe, isInGrace, NOTHING_TRIED } from "./believe.ts";
import { backoffMs } from "./backoff.ts";
import { chooseRepair, RECONCILE, type RepairChoice } from "./choose-repair.ts";
import { findingLine } from "./compose-message.ts";
import { Draft, type Circumstances, type Decision } from "./decision.ts";

/**
 * Decides what follows from one look at a resource: what to believe, whether an incident begins or ends, whom to tell, and what
 * to repair. Pure.
 *
 * @param state - What was believed before.
 * @param look - What was seen.
 * @param circumstances - What else is known.
 * @returns The decision. Its state is the same object where nothing changed.
 */
export function decideLook(state: WatchState, look: Look, circumstances: Circumstances): Decision {
  const draft = new Draft(state, circumstances);
  // Where nothing was seen, nothing begins and nothing is over; but what was held back may be told by now.
  if (look.verdict !== "skipped") judge(state, { look, draft, circumstances });
  writeMessages(draft, circumstances);
  return draft.end();
}

function judge(
  state: WatchState,
  {
    look,
    draft,
    circumstances,
  }: { readonly look: Look; readonly draft: Draft; readonly circumstances: Circumstances },
): void {
  const believed = believe(state, look, circumstances.policy);
  draft.become(withCause(believed, look, circumstances));
  tellChanges(state, draft);
  prove(look, draft, circumstances);
  // Once it is known what became of an attempt.
  draft.become(settled(draft.state, circumstances));
  syncIncidents(draft, circumstances, closingOutcome(state));
  repair(draft, circumstances);
}

// Once what caused it is well again, it has to fail anew before that counts as its own failure.
function withCause(state: WatchState, look: Look, { cause, policy }: Circumstances): WatchState {
  if (look.verdict !== "fail") return state;
  const isDown = state.health === "unhealthy";
  if (cause !== null) return { ...state, causedBy: cause, failures: isDown ? 0 : state.failures };
  if (state.causedBy === null) return state;
  const isOwn = look.isConclusive || state.failures >= policy.failureThreshold;
  return isOwn ? { ...state, causedBy: null } : state;
}

// Ten healthy minutes, and what was tried is forgotten, but for what the budget of the hour has to know.
function settled(state: WatchState, { now, policy }: Circumstances): WatchState {
  const { repair: before } = state;
  const isNew = before.attempts === 0 && !before.hasGivenUp;
  const isWorkedOn = before.running !== null || before.proving !== null;
  if (isNew || isWorkedOn || !isOver(state, policy, now)) return state;
  return { ...state, repair: { ...NOTHING_TRIED, recent: before.recent } };
}

// A task's outage ends when it is well; the next one begins anew.
function isOver({ health, healthySince }: WatchState, policy: WatchPolicy, now: number): boolean {
  if (policy.repairMode === "once") return health === "healthy" || health === "degraded";
  return healthySince !== null && now - healthySince >= REPAIR_LIMITS.stableMs;
}

function tellChanges(before: WatchState, draft: Draft): void {
  const { state } = draft;
  if (state.health !== before.health) {
    const [first] = state.findings;
    const seen = first === undefined || state.health === "healthy" ? "" : `: ${findingLine(first)}`;
    const cause = state.causedBy === null ? "" : `, caused by ${state.causedBy}`;
    draft.tell("health_changed", `${before.health} → ${state.health}${cause}${seen}`, {
      from: before.health,
      to: state.health,
      ...(state.causedBy === null ? {} : { causedBy: state.causedBy }),
    });
  }
  if (state.sync !== before.sync && before.sync !== "unknown") {
    draft.tell("sync_changed", `${before.sync} → ${state.sync}`, {
      from: before.sync,
      to: state.sync,
    });
  }
  if (state.isFlapping !== before.isFlapping) {
    draft.tell("flapping", state.isFlapping ? "goes up and down" : "is steady again", {
      isFlapping: state.isFlapping,
    });
  }
}

// An action that is done counts once the resource's own assertions pass again.
function prove(look: Look, draft: Draft, { now, policy }: Circumstances): void {
  const { attempt, state } = draft;
  if (attempt?.id !== state.repair.proving) return;
  const outcome = proofOf(look, state, { action: attempt.action, policy });
  if (outcome === null) return;
  const { action, detail } = attempt;
  const isProven = outcome === "repaired";
  const shown = isProven ? detail : `${detail ?? action}: it did not help`;
  draft.putAttempt({ ...attempt, outcome, endedAt: now, detail: shown });
  // What has proven itself has started: from now on its failures count.
  const graceUntil = isProven ? null : state.repair.graceUntil;
  draft.become({ ...state, repair: { ...state.repair, proving: null, graceUntil } });
  const facts = { action, outcome, attempt: attempt.attempt };
  draft.tell("repair_ended", isProven ? `${action} helped` : `${action} did not help`, facts);
}

// Within its grace it may become well by itself, unless it has ended.
function proofOf(
  look: Look,
  { sync, repair }: WatchState,
  { action, policy }: { readonly action: string; readonly policy: WatchPolicy },
): "repaired" | "unproven" | null {
  if (look.verdict === "error" || look.verdict === "skipped") return null;
  const isAway = sync === "missing" || sync === "drifted";
  // A restart need not mend drift that nobody wants corrected.
  const mustBeInSync = policy.onDrift === "auto_correct" || action === RECONCILE.action;
  if (look.verdict === "pass" && !(isAway && mustBeInSync)) return "repaired";
  return look.isConclusive || !isInGrace(repair, policy, look.at) ? "unproven" : null;
}

function repair(draft: Draft, circumstances: Circumstances): void {
  const { now, policy, mayRepair } = circumstances;
  if (!mayRepair) return;
  const choice = chooseRepair(draft.state, policy, now);
  if (choice.type === "wait") draft.waits(choice.until);
  if (choice.type === "give_up") giveUp(draft, choice.reason, now);
  if (choice.type === "act") orderRepair(draft, choice, { ...circumstances, by: "clockwork" });
}

function giveUp(draft: Draft, reason: string, now: number): void {
  const { state } = draft;
  draft.become({ ...state, repair: { ...state.repair, hasGivenUp: true } });
  for (const incident of draft.incidents) {
    if (incident.closedAt === null && incident.kind !== "blind") {
      draft.putIncident({ ...incident, gaveUpAt: now });
    }
  }
  draft.tell("gave_up", `no more is tried: ${reason}`, { reason });
}

const HOUR_MS = 3_600_000;

/**
 * Orders an attempt: it is stored, with the time of the next one, before anything is touched.
 *
 * @param draft - The decision that is being made.
 * @param choice - What is to be done.
 * @param circumstances - What else is known, and who wants it.
 */
export function orderRepair(
  draft: Draft,
  { action, rung }: Extract<RepairChoice, { type: "act" }>,
  { now, chance, policy, by }: Circumstances & { readonly by: string },
): void {
  const { state } = draft;
  const { resource, repair: before } = state;
  // A task may act again before it is known whether the last time helped.
  const last = draft.attempt;
  if (last !== null) draft.putAttempt({ ...last, outcome: "unproven", endedAt: now });
  const incident = draft.incidents.find(
    ({ closedAt, kind }) => closedAt === null && kind !== "blind",
  );
  const id = draft.take("repair");
  const attempts = before.attempts + 1;
  const attempt = {
    id,
    resource,
    incident: incident?.id ?? null,
    action: action.action,
    attempt: attempts,
    startedAt: now,
    endedAt: null,
    outcome: null,
    detail: null,
    by,
  } as const;
  draft.putAttempt(attempt);
  if (incident !== undefined) draft.putIncident({ ...incident, repairs: incident.repairs + 1 });
  const waitMs = policy.repairMode === "once" ? policy.repeatActionMs : backoffMs(attempts, chance);
  draft.become({
    ...state,
    repair: {
      recent: [...before.recent.filter((at) => at > now - HOUR_MS), now].slice(-LIMIT_RECENT),
      attempts,
      tried: triedNow(before.tried, rung),
      nextAt: waitMs === null ? null : now + waitMs,
      hasGivenUp: false,
      running: id,
      proving: null,
      graceUntil: null,
    },
  });
  const [first] = state.findings;
  const reason = first === undefined ? "" : findingLine(first);
  draft.orders({ attempt, action, reason });
  draft.tell("repair_started", `${action.action}, attempt ${String(attempts)}`, {
    action: action.action,
    attempt: attempts,
    by,
  });
}

/** So many times of attempts are remembered. */
const LIMIT_RECENT = 32;

function triedNow(tried: readonly number[], rung: number | null): readonly number[] {
  if (rung === null) return tried;
  const counts = Array.from(
    { length: Math.max(tried.length, rung + 1) },
    (_, at) => tried[at] ?? 0,
  );
  return counts.map((count, at) => (at === rung ? count + 1 : count));
}
