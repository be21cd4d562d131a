import type { DeployEvent } from "../../model/deploy-event.ts";
import type { DeployPlan } from "../../model/deployment.ts";
import type { ApplyOutcome } from "../deploy/deployment.ts";

/** What happens when something fails. */
export type RollbackMode = "off" | "notify" | "rollback";

/** A plan that somebody agreed to, to be carried out by whoever holds the project. */
export interface DeployOrder {
  /** With all that it refers to. */
  readonly plan: DeployPlan;
  /** The version that is brought back; null for none. */
  readonly of: number | null;
  readonly mode: RollbackMode;
  /** What they typed, such as `clockwork apply`. */
  readonly command: string;
  /** Who agreed to it: `root@host`. */
  readonly by: string;
  readonly mayRetry: boolean;
  readonly mayDeleteData: boolean;
  readonly keepFiles: boolean;
}

/** Who hears of a deploy, and what ends it. */
export interface DeployOrderOptions {
  readonly signal: AbortSignal;
  readonly onEvent: (event: DeployEvent) => void;
}

/**
 * Carries out a plan that somebody agreed to.
 *
 * @throws {@link DeployError} With the code `plan-stale` when the state is another one by now: it is planned and asked again.
 */
export type CarryOutOrder = (
  order: DeployOrder,
  options: DeployOrderOptions,
) => Promise<ApplyOutcome>;
