import { action } from "../../model/action.ts";
import { remade } from "../../model/remade.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";

/**
 * Brings back the previous specification of a resource, where the version that changed it is young.
 *
 * @example
 * ```ts
 * new RevertAction();
 * ```
 */
export class RevertAction extends action({
  kind: "revert",
  name: "RevertAction",
  summary:
    "Brings back the previous specification of a resource, where the version that changed it is young.",
  fields: {},
  attempts: 1,
  timeoutSeconds: 3_600,
  run: (_parameters, _world: DeployWorld, scope) => remade(scope, "revert"),
  sample: {},
}) {}
