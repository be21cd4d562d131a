import type { CheckPlan } from "../../model/check-plan.ts";
import type { JournalStep, Specification } from "../../model/deployment.ts";
import { ObservationError } from "../../model/errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Lifecycle, Progress, Subject } from "../../model/lifecycle.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { lifecycleOf, look, subjectOf } from "./context.ts";
import { gate, type GateOutcome } from "./gate.ts";
import type { RunContext } from "./run-context.ts";

/** So long something may take that is to run to its end. */
const COMPLETION_LIMIT_MS = 10 * 60_000;

const PASSED: GateOutcome = { isPassed: true, verdicts: [], problems: [] };

/** Who waits for the proof. */
export interface ProveOptions {
  readonly context: RunContext;
  /** True when others need it to run to its end. */
  readonly mustComplete: boolean;
}

/**
 * Lets what a step has made prove itself.
 *
 * @param step - The step.
 * @param physical - How the world knows what was made.
 * @param options - Who waits for it, and for what.
 * @returns How it went; what is deleted has nothing to prove.
 */
export async function proveItself(
  { resource, wanted, marks }: Pick<JournalStep, "resource" | "wanted" | "marks">,
  physical: JsonObject | null,
  { context, mustComplete }: ProveOptions,
): Promise<GateOutcome> {
  const plan = context.checkPlans.get(resource) ?? null;
  const checkCount = plan?.checks.length ?? 0;
  if (wanted === null || (checkCount === 0 && !mustComplete)) return PASSED;
  return await gated({ resource, wanted, marks, plan }, physical, { context, mustComplete });
}

interface Gated extends Pick<JournalStep, "resource" | "marks"> {
  readonly wanted: Specification;
  readonly plan: CheckPlan | null;
}

async function gated(
  { resource, wanted, marks, plan }: Gated,
  physical: JsonObject | null,
  { context, mustComplete }: ProveOptions,
): Promise<GateOutcome> {
  const lifecycle = await lifecycleOf(context.kinds, wanted);
  // What is only looked at never runs to an end that we could see: it has to hold what is asserted of it.
  const isAwaitedEnd = mustComplete && lifecycle !== null;
  const settleSeconds = (lifecycle?.settleSeconds ?? 0) + wanted.policy.startupGrace;
  const timeoutMs = isAwaitedEnd ? COMPLETION_LIMIT_MS : settleSeconds * 1_000;
  context.onEvent({ type: "gating", resource, timeoutMs });
  const progress = (): Promise<Progress | null> =>
    progressOf(subjectOf(wanted, marks, physical), lifecycle, context);
  return await gate({ plan: isAwaitedEnd ? null : plan, timeoutMs, progress }, context);
}

async function progressOf(
  subject: Subject,
  lifecycle: Lifecycle<DeployWorld> | null,
  context: RunContext,
): Promise<Progress | null> {
  if (lifecycle === null) return null;
  try {
    const live = await look(context, `looking at ${subject.resource}`, (scope) =>
      lifecycle.read(subject, context.world, scope),
    );
    return live?.progress ?? null;
  } catch (error) {
    // Not seen is not failed: it is looked at again until its time is over.
    if (error instanceof ObservationError) return null;
    throw error;
  }
}
