import { Cancellation } from "../../engine/cancellation.ts";
import { withinTimeout } from "../../engine/within-timeout.ts";
import type { PlannedAction, Remaking } from "../../model/action.ts";
import type { CheckPlan } from "../../model/check-plan.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import { catalogKinds } from "../kinds.ts";
import type { WatchContext } from "./watch-context.ts";

/** What an action is carried out on, and why. */
export interface ActParts extends Pick<WatchContext, "world" | "clock"> {
  readonly plan: CheckPlan;
  /** What was seen, in one line. */
  readonly reason: string;
  readonly signal: AbortSignal;
  /** Null where nothing was deployed. */
  readonly remaking: Remaking | null;
}

/**
 * Carries out an action on a resource, under the deadline of its kind.
 *
 * @param action - What is to be done.
 * @param parts - On what, and why.
 * @returns What was done, in a few words.
 * @throws {@link DeployError} When it could not be done, or took too long.
 */
export async function actOn(
  { action, parameters }: PlannedAction,
  { plan, reason, signal, remaking, world, clock }: ActParts,
): Promise<string> {
  const kind = await catalogKinds.action(action);
  if (kind === null) throw new DeployError(`no kind of action is called ${action}`);
  const { timeoutSeconds } = kind;
  using cancellation = new Cancellation(signal);
  const limit = {
    clock,
    cancellation,
    timeoutMs: timeoutSeconds * 1_000,
    timeoutError: () => new DeployError(`was not done within ${String(timeoutSeconds)} s`),
  };
  const { resource, target } = plan;
  return await withinTimeout(limit, (ended) =>
    kind.run(parameters, world, { resource, target, reason, signal: ended, remaking }),
  );
}
