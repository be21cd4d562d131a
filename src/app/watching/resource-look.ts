import { changedFields } from "../../engine/deploy/changed-fields.ts";
import type { EngineContext } from "../../engine/deploy/context.ts";
import { readRecorded } from "../../engine/deploy/survey.ts";
import type { ResourceOutcome } from "../../engine/run-plans.ts";
import type { CheckOutcome } from "../../engine/run-check.ts";
import type { CheckPlan } from "../../model/check-plan.ts";
import type { DeployedResource } from "../../model/deployment.ts";
import { ObservationError } from "../../model/errors.ts";
import type { Progress } from "../../model/lifecycle.ts";
import { isSameThing } from "../../model/marks.ts";
import { LIMIT_FINDINGS, type Finding, type Look } from "../../model/watch-state.ts";
import type { Clock } from "../../ports/clock.ts";

/** What looking at a resource takes. */
export interface LookParts {
  readonly plan: CheckPlan;
  /** Carries out the checks of a plan. */
  readonly run: (plan: CheckPlan) => Promise<ResourceOutcome>;
  readonly clock: Clock;
  /** What was deployed, and how that is looked at; null for what is only watched. */
  readonly deployed: {
    readonly recorded: DeployedResource;
    readonly context: EngineContext;
  } | null;
}

/**
 * Looks at one resource: carries out its assertions, and compares it with what was deployed.
 *
 * @param parts - What that takes.
 * @returns What was seen.
 */
export async function lookAt({ plan, run, clock, deployed }: LookParts): Promise<Look> {
  const at = clock.now();
  const startedMs = clock.elapsedMs();
  const [outcome, drift] =
    deployed === null
      ? [await run(plan), NO_DRIFT]
      : await Promise.all([run(plan), driftOf(deployed.recorded, deployed.context)]);
  const durationMs = Math.round((clock.elapsedMs() - startedMs) * 1_000) / 1_000;
  return {
    at,
    // Where we cannot see what is there, a failure may be that of our own eyes: nothing is repaired blindly.
    verdict: drift.isBlind && outcome.verdict === "fail" ? "error" : outcome.verdict,
    isDegraded: outcome.isDegraded,
    sync: drift.sync,
    isConclusive: drift.hasEnded,
    findings: foundBy(outcome, drift),
    durationMs,
  };
}

function foundBy({ checks }: ResourceOutcome, drift: Drift): readonly Finding[] {
  const isNothing =
    drift.findings.length === 0 && checks.every(({ verdict }) => verdict === "pass");
  // One for all of which nothing is found: there may be 100,000 of them.
  if (isNothing) return NOTHING_FOUND;
  return [...findingsOf(checks), ...drift.findings].slice(0, LIMIT_FINDINGS);
}

const NOTHING_FOUND: readonly Finding[] = [];

interface Drift extends Pick<Look, "sync" | "findings"> {
  /** True when it runs no more, or is gone. */
  readonly hasEnded: boolean;
  /** True when it could not be looked at. */
  readonly isBlind: boolean;
}

/** Where an assertion fails as well, ending with success is no excuse. */
const ENDED: ReadonlySet<Progress> = new Set(["stopped", "failed", "completed"]);

const NO_DRIFT: Drift = {
  sync: "unknown",
  findings: NOTHING_FOUND,
  hasEnded: false,
  isBlind: false,
};

async function driftOf(recorded: DeployedResource, context: EngineContext): Promise<Drift> {
  try {
    const { spec, marks } = recorded;
    const live = await readRecorded(recorded, context);
    if (live === null) {
      const findings = [drifted("presence", "there", "not there")];
      return { ...NO_DRIFT, sync: "missing", findings, hasEnded: true };
    }
    if (!isSameThing(live.marks, marks)) {
      const findings = [drifted("identity", "the one that was deployed", live.description)];
      return { ...NO_DRIFT, sync: "drifted", findings };
    }
    const fields = changedFields(live.differences, { before: spec, after: spec, replacing: [] });
    return {
      ...NO_DRIFT,
      sync: fields.length > 0 || !live.isComplete ? "drifted" : "in_sync",
      findings: fields.map(({ field, from, to }) => drifted(field, to ?? "none", from ?? "none")),
      hasEnded: ENDED.has(live.progress),
    };
  } catch (error) {
    if (error === context.cancellation.reason()) return NO_DRIFT;
    if (!(error instanceof ObservationError)) throw error;
    const claim = "it is as it was deployed";
    const unseen = { name: "sync", severity: "fail", claim, expected: "" } as const;
    const findings = [{ ...unseen, verdict: "error", actual: error.message } as const];
    return { ...NO_DRIFT, findings, isBlind: true };
  }
}

function drifted(field: string, expected: string, actual: string): Finding {
  const claim = `${field} is as it was deployed`;
  return { name: field, verdict: "fail", severity: "fail", claim, expected, actual };
}

function findingsOf(checks: readonly CheckOutcome[]): readonly Finding[] {
  return checks.flatMap(({ check, verdict, severity, expected, actual }) => {
    if (verdict === "pass" || verdict === "skipped") return [];
    const { name, claim } = check;
    return [{ name, verdict, severity, claim, expected: expected ?? "", actual }];
  });
}
