import type { JournalStep } from "../../model/deployment.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Progress } from "../../model/lifecycle.ts";
import { lifecycleOf, look, subjectOf } from "./context.ts";
import { gate, type GateOutcome } from "./gate.ts";
import type { RunContext } from "./run-context.ts";

/** So long something may take that is to run to its end. */
const COMPLETION_LIMIT_MS = 10 * 60_000;

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
  const hasNothingToProve = wanted === null || (plan?.checks.length ?? 0) === 0;
  if (hasNothingToProve && !mustComplete) return { isPassed: true, verdicts: [], problems: [] };
  const lifecycle = wanted && (await lifecycleOf(context.kinds, wanted));
  const settleMs = (lifecycle?.settleSeconds ?? 0) * 1_000;
  const graceMs = (wanted?.policy.startupGrace ?? 0) * 1_000;
  const timeoutMs = mustComplete ? COMPLETION_LIMIT_MS : settleMs + graceMs;
  context.onEvent({ type: "gating", resource, timeoutMs });
  const progress = async (): Promise<Progress | null> => {
    if (wanted === null || lifecycle === null) return null;
    const live = await look(context, `looking at ${resource}`, (scope) =>
      lifecycle.read(subjectOf(wanted, marks, physical), context.world, scope),
    );
    return live?.progress ?? null;
  };
  return await gate({ plan: mustComplete ? null : plan, timeoutMs, progress }, context);
}
