import type { CheckPlan } from "../../model/check-plan.ts";
import type { GateVerdict } from "../../model/deployment.ts";
import type { Progress } from "../../model/lifecycle.ts";
import { runPlans, type ResourceOutcome } from "../run-plans.ts";
import type { EngineContext } from "./context.ts";

/** What has to prove itself. */
export interface GateSubject {
  /** Its assertions; null when it has to run to its end with success instead. */
  readonly plan: CheckPlan | null;
  readonly timeoutMs: number;
  /** Tells how far it has come; null when nothing is there. */
  readonly progress: () => Promise<Progress | null>;
}

/** How it went. */
export interface GateOutcome {
  readonly isPassed: boolean;
  readonly verdicts: readonly GateVerdict[];
  /** Why not, in words; empty when it passed. */
  readonly problems: readonly string[];
}

const FIRST_WAIT_MS = 50;
const MOST_WAIT_MS = 1_000;
const GROWTH = 1.5;
const CHECKS_AT_ONCE = 16;
/** So often in a row it must be seen to have ended before nobody waits any longer: an engine may be about to restart it. */
const HOPELESS_LOOKS = 2;

/** Why nobody waits any longer. */
const WORDS: Readonly<Record<Progress, string>> = {
  static: "does not hold what is asserted of it",
  starting: "does not hold what is asserted of it",
  running: "does not hold what is asserted of it",
  stopped: "has been stopped",
  completed: "has run to its end",
  failed: "has failed",
};

/**
 * Waits until what was deployed holds what is asserted of it.
 *
 * @param subject - What has to prove itself, and how long that may take.
 * @param context - The world.
 * @returns How it went. What could not be observed has proven nothing.
 * @throws The reason of the cancellation.
 */
export async function gate(
  { plan, timeoutMs, progress }: GateSubject,
  context: EngineContext,
): Promise<GateOutcome> {
  const { world, cancellation } = context;
  const deadlineMs = world.clock.elapsedMs() + timeoutMs;
  let hopeless = 0;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * GROWTH, MOST_WAIT_MS)) {
    const outcome =
      plan === null ? completion(await progress()) : await checked(plan, context, timeoutMs);
    cancellation.throwIfCancelled();
    if (outcome.isPassed) return outcome;
    const state = await progress();
    hopeless = state === "failed" || (state === "completed" && plan !== null) ? hopeless + 1 : 0;
    const leftMs = deadlineMs - world.clock.elapsedMs();
    if (hopeless >= HOPELESS_LOOKS) return { ...outcome, problems: [WORDS[state ?? "failed"]] };
    if (leftMs <= 0) return outcome;
    await cancellation.wait(world.clock, Math.min(waitMs, leftMs));
  }
}

async function checked(
  plan: CheckPlan,
  { kinds, world, cancellation }: EngineContext,
  timeoutMs: number,
): Promise<GateOutcome> {
  // What it depends on has met its condition already.
  const [outcome] = await runPlans([{ ...plan, dependsOn: [] }], {
    kinds,
    world,
    cancellation,
    concurrency: CHECKS_AT_ONCE,
  });
  if (outcome === undefined || outcome.verdict === "pass") {
    return { isPassed: true, verdicts: verdictsOf(outcome), problems: [] };
  }
  const waited = `did not hold what is asserted of it within ${String(Math.round(timeoutMs / 100) / 10)} s`;
  return { isPassed: false, verdicts: verdictsOf(outcome), problems: [waited] };
}

// What does not run has come to its end once it is made.
function completion(progress: Progress | null): GateOutcome {
  const isPassed = progress === "completed" || progress === "static";
  const problems = isPassed ? [] : [`did not run to its end with success: ${progress ?? "gone"}`];
  return { isPassed, verdicts: [], problems };
}

function verdictsOf(outcome: ResourceOutcome | undefined): readonly GateVerdict[] {
  return (outcome?.checks ?? []).map(({ check, verdict, expected, actual }) => ({
    name: check.name,
    claim: check.claim,
    verdict,
    expected: expected ?? "",
    actual,
  }));
}
