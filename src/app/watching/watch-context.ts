import type { ResourceOutcome } from "../../engine/run-plans.ts";
import type { CheckPlan } from "../../model/check-plan.ts";
import type { Clock } from "../../ports/clock.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";

/** What watching takes, whatever is watched. */
export interface WatchContext {
  /** The name of the project. */
  readonly project: string;
  /** The absolute path of its folder. */
  readonly root: string;
  readonly world: DeployWorld;
  readonly clock: Clock;
  /** Carries out the checks of a plan. */
  readonly runPlan: (plan: CheckPlan) => Promise<ResourceOutcome>;
  /** Ends whatever is under way. */
  readonly signal: AbortSignal;
}
