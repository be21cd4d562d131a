import type { CheckPlan } from "../../model/check-plan.ts";
import type { DeployEvent } from "../../model/deploy-event.ts";
import type { Store } from "../../ports/store.ts";
import type { EngineContext } from "./context.ts";
import type { Journal } from "./journal.ts";

/** What happens when something fails. */
export type RollbackMode = "off" | "notify" | "rollback";

/** What carrying out a plan takes. */
export interface RunContext extends EngineContext {
  readonly projectId: string;
  readonly store: Store;
  readonly journal: Journal;
  /** The version that comes about. */
  readonly version: number;
  /** Assertions by resource: what was made has to hold them. */
  readonly checkPlans: ReadonlyMap<string, CheckPlan>;
  readonly mode: RollbackMode;
  readonly keepFiles: boolean;
  /** Must not throw. */
  readonly onEvent: (event: DeployEvent) => void;
}
