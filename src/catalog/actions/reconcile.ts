import { action } from "../../model/action.ts";
import { remade } from "../../model/remade.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";

/**
 * Makes a resource as it was deployed: creates what is missing, changes what drifted, starts what should run.
 *
 * @example
 * ```ts
 * new ReconcileAction();
 * ```
 */
export class ReconcileAction extends action({
  kind: "reconcile",
  name: "ReconcileAction",
  summary:
    "Makes a resource as it was deployed: creates what is missing, changes what drifted, starts what should run.",
  fields: {},
  timeoutSeconds: 3_600,
  run: (_parameters, _world: DeployWorld, scope) => remade(scope, "reconcile"),
  sample: {},
}) {}
