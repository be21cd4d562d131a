import type { Lane } from "../model/assertion.ts";
import type { CheckPlan, PlannedCheck } from "../model/check-plan.ts";
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
 * When a resource failed, those that depend on it are skipped, and the one at the root is named. A plan without checks is as
 * well as those it depends on.
 *
 * @param plans - Without circles, and one for each resource; a dependency that is not among them is taken to be fine.
 * @param context - The world, and the limits.
 * @returns One outcome for each plan, in the order given.
 */
export async function runPlans(
  plans: readonly CheckPlan[],
  context: RunPlansContext,
): Promise<readonly ResourceOutcome[]> {
  const turns = new Turns(context.concurrency);
  await prepare(plans, context);
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
    const before = await Promise.all(needed.map(outcomeOf));
    const broken = before.find(isBroken);
    const outcome =
      broken !== undefined
        ? skipped(plan, broken.causedBy ?? broken.plan.resource)
        : plan.checks.length > 0
          ? await runPlan(plan, context, turns)
          : asNeeded(plan, before);
    context.onResource?.(outcome);
    return outcome;
  };
  return await Promise.all(plans.map(outcomeOf));
}

/**
 * Runs single plans, whatever they depend on. Those that share what only few can use at once wait for one another.
 *
 * @param context - The world, and the limits.
 * @returns Carries out the checks of a plan.
 */
export function planRunner(
  context: RunContext & Pick<RunPlansContext, "concurrency">,
): (plan: CheckPlan) => Promise<ResourceOutcome> {
  const turns = new Turns(context.concurrency);
  return (plan) => runPlan(plan, context, turns);
}

/**
 * Loads what the checks of plans will ask the world for, so that loading counts as no check's time and slows no measurement.
 *
 * @param plans - The plans.
 * @param context - The catalogue and the world.
 */
export async function prepare(
  plans: readonly CheckPlan[],
  { kinds, world }: Pick<RunContext, "kinds" | "world">,
): Promise<void> {
  const names = new Set(plans.flatMap(({ checks }) => checks.map(({ kind }) => kind)));
  const known = await Promise.all([...names].map((name) => kinds.assertion(name)));
  const parts = new Set(known.flatMap((kind) => kind?.uses ?? []));
  // What cannot be loaded is told by the checks that need it.
  await Promise.allSettled([...parts].map((part) => world[part]()));
}

/** Who may run now: so many at once in all, and so many of those that share something scarce. */
class Turns {
  readonly #all: Limiter;
  readonly #lanes = new Map<string, Limiter>();

  constructor(concurrency: number) {
    this.#all = new Limiter(concurrency);
  }

  // Who waits for what is scarce holds up nobody else.
  async enter(lane: Lane | null): Promise<void> {
    if (lane !== null) await this.#limiterOf(lane).enter();
    await this.#all.enter();
  }

  leave(lane: Lane | null): void {
    this.#all.leave();
    if (lane !== null) this.#limiterOf(lane).leave();
  }

  #limiterOf({ name, atOnce }: Lane): Limiter {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const limiter = new Limiter(atOnce);
    this.#lanes.set(name, limiter);
    return limiter;
  }
}

function runPlan(plan: CheckPlan, context: RunContext, turns: Turns): Promise<ResourceOutcome> {
  const [first] = plan.checks;
  // Most have one check, and there may be thousands under way: each promise counts.
  return first !== undefined && plan.checks.length === 1
    ? runInTurn(first, { plan, context, turns }).then((check) => outcomeOf(plan, [check]))
    : Promise.all(plan.checks.map((check) => runInTurn(check, { plan, context, turns }))).then(
        (checks) => outcomeOf(plan, checks),
      );
}

function outcomeOf(plan: CheckPlan, checks: readonly CheckOutcome[]): ResourceOutcome {
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

async function runInTurn(
  check: PlannedCheck,
  of: { readonly plan: CheckPlan; readonly context: RunContext; readonly turns: Turns },
): Promise<CheckOutcome> {
  const { plan, context, turns } = of;
  const lane = await laneOf(check, context);
  await turns.enter(lane);
  try {
    return await runCheck(check, plan.target, context);
  } finally {
    turns.leave(lane);
  }
}

async function laneOf(
  { kind: name, parameters }: PlannedCheck,
  { kinds }: Pick<RunPlansContext, "kinds">,
): Promise<Lane | null> {
  const kind = await kinds.assertion(name);
  try {
    return kind?.lane(parameters) ?? null;
  } catch {
    // Parameters that cannot be read are told when the check is carried out.
    return null;
  }
}

function skipped(plan: CheckPlan, causedBy: string): ResourceOutcome {
  const reason = `${causedBy} failed`;
  const checks = plan.checks.map((check) => skippedOutcome(check, reason));
  return { plan, verdict: "skipped", isDegraded: false, checks, causedBy };
}

// What claims nothing itself is as well as what it needs.
function asNeeded(plan: CheckPlan, needed: readonly ResourceOutcome[]): ResourceOutcome {
  const verdict = needed.some((each) => each.verdict === "error") ? "error" : "pass";
  const isDegraded = verdict === "pass" && needed.some((each) => each.isDegraded);
  return { plan, verdict, isDegraded, checks: [], causedBy: null };
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
