import type { CheckPlan } from "../model/check-plan.ts";
import type { Verdict } from "../model/verdict.ts";
import { Limiter } from "./limiter.ts";
import { runCheck, skippedOutcome, type CheckOutcome, type RunContext } from "./run-check.ts";

/** How plans are run. */
export interface RunPlansContext extends RunContext {
  /** Checks under way at once; 1 or more. */
  readonly concurrency: number;
  /** Called with each resource once all its checks are done; it must not throw. */
  readonly onResource?: (outcome: ResourceOutcome) => void;
}

/** What became of the checks of one resource. */
export interface ResourceOutcome {
  readonly plan: CheckPlan;
  readonly verdict: Verdict;
  /** True when it passed, and only warnings did not. */
  readonly isDegraded: boolean;
  /** In the order of the plan. */
  readonly checks: readonly CheckOutcome[];
  /** The resource whose failure keeps this one from being looked at; null when it was looked at. */
  readonly causedBy: string | null;
}

/**
 * Runs plans, resources side by side, each after those it depends on.
 *
 * When a resource failed, those that depend on it are skipped, and the one at the root is named.
 *
 * @param plans - Without circles, and one for each resource; a dependency that is not among them is taken to be fine.
 * @param context - The world, and the limits.
 * @returns One outcome for each plan, in the order given.
 */
export async function runPlans(
  plans: readonly CheckPlan[],
  context: RunPlansContext,
): Promise<readonly ResourceOutcome[]> {
  const limiter = new Limiter(context.concurrency);
  const byName = new Map(plans.map((plan) => [plan.resource, plan]));
  const outcomes = new Map<string, Promise<ResourceOutcome>>();
  const outcomeOf = (plan: CheckPlan): Promise<ResourceOutcome> => {
    const known = outcomes.get(plan.resource);
    if (known !== undefined) return known;
    const outcome = run(plan);
    outcomes.set(plan.resource, outcome);
    return outcome;
  };
  const run = async (plan: CheckPlan): Promise<ResourceOutcome> => {
    // A chain of dependencies may be longer than the stack is deep.
    await Promise.resolve();
    const needed = plan.dependsOn.flatMap(({ resource }) => byName.get(resource) ?? []);
    const broken = (await Promise.all(needed.map(outcomeOf))).find(isBroken);
    const outcome =
      broken === undefined
        ? await runPlan(plan, context, limiter)
        : skipped(plan, broken.causedBy ?? broken.plan.resource);
    context.onResource?.(outcome);
    return outcome;
  };
  return await Promise.all(plans.map(outcomeOf));
}

async function runPlan(
  plan: CheckPlan,
  context: RunPlansContext,
  limiter: Limiter,
): Promise<ResourceOutcome> {
  const checks = await Promise.all(
    plan.checks.map((check) => limiter.run(() => runCheck(check, plan.target, context))),
  );
  const failures = checks.filter(({ verdict }) => verdict === "fail");
  const verdict = verdictOfResource(checks);
  return {
    plan,
    verdict,
    isDegraded: verdict === "pass" && failures.length > 0,
    checks,
    causedBy: null,
  };
}

function skipped(plan: CheckPlan, causedBy: string): ResourceOutcome {
  const reason = `${causedBy} failed`;
  const checks = plan.checks.map((check) => skippedOutcome(check, reason));
  return { plan, verdict: "skipped", isDegraded: false, checks, causedBy };
}

// What could not be observed says nothing about those that depend on it: they are looked at.
function isBroken({ verdict }: ResourceOutcome): boolean {
  return verdict === "fail" || verdict === "skipped";
}

function verdictOfResource(checks: readonly CheckOutcome[]): Verdict {
  if (checks.some(({ verdict, severity }) => verdict === "fail" && severity === "fail")) {
    return "fail";
  }
  return checks.some(({ verdict }) => verdict === "error") ? "error" : "pass";
}
