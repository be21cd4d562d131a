import { join } from "node:path";
import type { DeployPlan } from "../../model/deployment.ts";
import type { ApplyOptions, ApplyOutcome } from "../deploy/deployment.ts";
import { STATE_FOLDER } from "../project/plan-files.ts";
import { whoami } from "../whoami.ts";
import { connectControl } from "./connect-control.ts";
import type { DeployOrder } from "./deploy-order.ts";

/** The `clockwork up` that holds a project, for those who would change it. */
export interface RunningUp extends AsyncDisposable {
  /**
   * Has a plan carried out that somebody agreed to.
   *
   * @param plan - The plan, with all that it refers to.
   * @param request - The version that is brought back, null for none, and what happens when something fails.
   * @param options - Who hears of it, and what interrupts it.
   * @returns What became of it, as if it had been done here.
   * @throws {@link DeployError} With the code `plan-stale` when the state is another one by now.
   */
  readonly carryOut: (
    plan: DeployPlan,
    request: Pick<DeployOrder, "of" | "mode">,
    options: ApplyOptions,
  ) => Promise<ApplyOutcome>;
}

/**
 * Finds the `clockwork up` that holds a project.
 *
 * @param root - The absolute path of the project's folder.
 * @returns It, to be disposed; null when none runs.
 * @throws {@link DeployError} When it does not answer, or is of another version.
 */
export async function findRunningUp(root: string): Promise<RunningUp | null> {
  const client = await connectControl(join(root, STATE_FOLDER));
  if (client === null) return null;
  return {
    carryOut: async (plan, { of, mode }, options) => {
      const { rollback = mode, command = "clockwork apply", signal, onEvent } = options;
      const { mayRetry = false, mayDeleteData = false, keepFiles = false } = options;
      const may = { mayRetry, mayDeleteData, keepFiles };
      return await client.deploy(
        { plan, of, mode: rollback, command, by: whoami(), ...may },
        { signal: signal ?? new AbortController().signal, onEvent: onEvent ?? ignore },
      );
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

function ignore(): void {
  // Nobody wants to know.
}
